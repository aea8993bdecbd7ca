/** A picture or a paper that goes with a case: how it is added, where it is, and how it is seen. */
export const pictures = {
	title: 'Pictures and papers',
	add: 'Add a picture',
	take: 'Take a picture',
	choose: 'Choose a file',
	hint: 'It goes with the case, after the words. Whoever may read the case can see it.',
	locked: 'Open this phone first to add a picture.',
	caption: 'What is it? (if you like)',
	use: 'Add it',
	adding: 'Saving',
	other: 'Take another one instead',
	smaller: 'It is too large to send. A smaller copy is added: it shows the same.',
	notShown: 'It cannot be shown here. It is added as it is.',
	refused: {
		unknown: { title: 'This is no picture and no PDF', text: 'Nothing was added. Take a picture of it, or give it to the chair as it is.' },
		too_big: { title: 'This is too large', text: 'Nothing was added: 10 MB is the most. Take a picture of it, or give it to the chair as it is.' },
		empty: { title: 'There is nothing in this file', text: 'Nothing was added. Take a picture of it, or give it to the chair as it is.' },
		unreadable: { title: 'This file cannot be read', text: 'Nothing was added. Take a picture of it, or give it to the chair as it is.' }
	},
	notSaved: {
		full: { title: 'Not saved: this phone is full', text: 'Nothing was added. Free some space, or give the paper to the chair.' },
		blocked: { title: 'Not saved: this phone refuses to store', text: 'Nothing was added. Give the paper to the chair.' }
	},
	kind: { picture: 'Picture', pdf: 'PDF' },
	size: (megabytes: number) => (megabytes < 0.1 ? 'less than 0.1 MB' : `${megabytes} MB`),
	by: (who: string, at: string) => `${who}, ${at}`,
	state: {
		phone: 'on this phone',
		percent: (percent: number) => `${percent} % sent`,
		arrived: (at: string) => `arrived ${at}`,
		onItsWay: (who: string) => `on its way from ${who ? `${who}’s` : 'a'} phone`
	},
	stuck: {
		full: 'Kept on this phone. The case can take no more: give the paper to the chair.',
		gone: 'Gone from this phone before it was sent. Add it again if you have it.',
		other: 'Kept on this phone. It was not taken in: give the paper to the chair.'
	},
	takeOut: 'Take it out again',
	struck: (who: string, reason: string) => `Struck by ${who}${reason ? `: ${reason}` : ''}`,
	shown: {
		show: 'Show',
		showOf: (what: string) => `Show: ${what}`,
		picture: (what: string) => `${what}. Use the arrow keys to move over it.`,
		fetching: 'Fetching it',
		larger: 'Larger',
		fit: 'Fit the window',
		notShown: 'It is not shown here: this kind cannot be opened safely, or it would be too large to open. It can be saved as a file.',
		failed: 'It could not be fetched.',
		notFound: 'It cannot be fetched here: it is with those who may read the case.',
		notSame: 'What came is not what was added. It is not shown. Tell whoever runs the server.',
		notHere: 'It is not all here yet. It comes by itself.',
		save: 'Save as a file',
		means: 'The file leaves Safehall and lies on this device, where others may find it. It is as it was added, and may hold more than it shows, for example where it was taken. This is noted in the ledger as read by you.',
		really: 'Save it all the same'
	}
};
