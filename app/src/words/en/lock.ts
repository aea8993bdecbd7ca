/** The phone's own lock. */
export const lock = {
	choose: {
		title: 'Choose a PIN with 6 digits',
		text: 'It locks the reports on this phone. Do not use the PIN that opens the phone itself.',
		again: 'Enter it once more',
		againText: 'So that a slip of the thumb does not lock you out.',
		pips: (count: number) => `${count} of 6 digits entered`,
		nobody: { title: 'Nobody can look it up', text: 'If you forget it, the chair invites this phone again. What was sent comes back. What was only on this phone cannot be opened.' },
		must: { title: 'New: this phone gets a lock', text: 'What is already here is sealed with your PIN. Nothing is lost.' },
		easy: 'That one is easy to guess. Choose another.',
		short: 'At least 12 characters. Four words are good.',
		differ: 'The two were not the same. Choose again.',
		working: 'Locking this phone',
		show: 'Show',
		hide: 'Hide',
		passphrase: 'Use a passphrase instead',
		pin: 'Use a PIN instead',
		passTitle: 'Choose a passphrase',
		passText: 'At least 12 characters, such as four words. It is harder to guess than a PIN.',
		passLabel: 'Passphrase',
		next: 'Next'
	},
	/** The phone's own lock as another way in. */
	own: {
		title: 'Open with this phone’s lock?',
		text: 'Then the finger, face or code that opens this phone opens Safehall too, with one tap and without Wi-Fi.',
		pin: 'Your PIN still works.',
		pass: 'Your passphrase still works.',
		shared: 'Leave it if somebody else can open this phone.',
		pinFirst: 'Your PIN',
		passFirst: 'Your passphrase',
		yes: 'Use this phone’s lock',
		no: 'Not now',
		working: 'Asking this phone',
		cancelled: 'That was not done. Try again, or leave it.',
		none: { title: 'This phone’s lock cannot do that', pin: 'It gave Safehall no key. Nothing has changed: your PIN opens it.', pass: 'It gave Safehall no key. Nothing has changed: your passphrase opens it.' },
		on: 'Go on',
		set: 'Opens with this phone’s lock',
		setNot: 'Open with this phone’s lock',
		setNotUnder: { pin: 'One tap in place of the PIN', pass: 'One tap in place of the passphrase' },
		end: 'Stop',
		endLabel: 'Stop opening with this phone’s lock',
		added: 'This phone’s lock opens Safehall now.',
		open: 'Open with this phone’s lock',
		openCancelled: 'That did not open it. Try again.',
		openNone: { pin: 'This phone’s lock gave no key. Enter your PIN.', pass: 'This phone’s lock gave no key. Enter your passphrase.' }
	},
	enter: {
		noAlerts: 'New cases call out here only while this is unlocked.',
		title: 'Enter your PIN',
		passTitle: 'Enter your passphrase',
		only: (count: number) => `${count} only on this phone`,
		wrong: 'That PIN does not fit. Try again.',
		wrongPass: 'That passphrase does not fit. Try again.',
		wait: (left: string) => `Next try in ${left}.`,
		seconds: (count: number) => (count === 1 ? '1 second' : `${count} seconds`),
		opening: 'Opening',
		open: 'Open',
		fresh: 'New report',
		freshHint: 'Needs no PIN. It is sealed until you unlock.',
		forgot: 'Forgot',
		erase: 'Remove the last digit'
	},
	forgot: {
		title: 'Forgot your PIN?',
		text: 'Nobody can look it up, and nobody can reset it. The chair can invite this phone again. What was sent comes back.',
		only: (count: number) => (count === 1 ? '1 report is only on this phone. It would be gone for good.' : `${count} reports are only on this phone. They would be gone for good.`),
		carries: 'It carries sealed words for somebody else. They would be gone from here: tell them to give them once more.',
		none: 'Everything on this phone was sent. Nothing would be lost.',
		again: 'Try again',
		remove: 'Remove everything from this phone',
		sure: 'Yes, remove everything'
	},
	lostKeys: {
		title: 'This phone’s storage was cleared',
		text: 'The browser or somebody removed what Safehall needs to open its records. What was sent is safe with the chair. What was only on this phone cannot be opened any more.',
		how: 'Ask the chair for a new invite, then start again here.',
		start: 'Start again'
	},
	gone: {
		guessed: { title: 'This phone was emptied', text: 'The PIN was wrong 10 times in a row. Everything here had been sent, so nothing is lost. Ask the chair for a new invite.' }
	},
	damaged: {
		title: 'Part of what this phone kept is gone',
		text: (count: number) => `${count === 1 ? '1 record is' : `${count} records are`} missing or cannot be opened. What was sent comes back by itself. Tell the chair.`
	},
	over: {
		title: 'Not heard from the server for a day',
		text: 'Cases are shown again as soon as this phone has a connection. What you wrote is safe on it, and sends by itself.',
		now: 'Try now'
	},
	hidden: { today: 'Today', back: 'Hold to go back' },
	shut: 'Lock',
	hide: 'Hide the screen',
	hideShort: 'Hide',
	savedSealed: 'Saved on this phone. It is sent after you unlock.',
	pinSet: 'PIN set',
	passSet: 'Passphrase set'
};
