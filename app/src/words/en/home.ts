export const home = {
	title: 'Your cases',
	who: (name: string, label: string) => (label ? `${name} · ${label}` : name),
	cases: 'Cases',
	empty: 'No cases. Take a report with New report.',
	startedByYou: (at: string) => `Started ${at} by you`,
	startedBy: (at: string, name: string) => `Started ${at} by ${name}`,
	tell: 'Tell the chair now',
	tellOther: (name: string) => `Tell ${name} now`,
	draft: 'A report you began',
	draftStarted: (at: string) => `Started ${at}`,
	carryOn: 'Carry on writing',
	more: 'More',
	contacts: 'Contacts',
	policy: 'Policy and procedure',
	ready: 'Is this phone ready?',
	console: 'The chair’s console',
	fresh: 'New report'
};
