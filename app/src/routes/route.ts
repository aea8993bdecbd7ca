/** Where the app is, as it stands behind the `#`. No name and nothing typed ever stands there. */
export type Route =
	| { page: 'home' | 'new' | 'danger' | 'contacts' | 'list' | 'ready' | 'said' | 'end' | 'drill' | 'give' | 'carry' }
	| { page: 'danger-in' | 'danger-of' | 'check' | 'support' | 'write' | 'hand' | 'read' | 'tell' | 'case'; id: string }
	| { page: 'policy'; step?: string }
	| { page: 'console'; rest: string };

const ID = /^[0-9a-f]{32}$/;

export function parse(hash: string): Route {
	const [first = '', second = '', third = '', fourth = ''] = hash.replace(/^#\/?/, '').split('/');
	if (first === 'console') return { page: 'console', rest: [second, third, fourth].filter(Boolean).join('/') };
	if (first === 'new' || first === 'danger' || first === 'contacts' || first === 'list' || first === 'ready' || first === 'said' || first === 'end' || first === 'drill' || first === 'give' || first === 'carry') return { page: first };
	if (first === 'policy') return /^[A-Z]{2}\d{1,2}$/.test(second) ? { page: first, step: second } : { page: first };
	if (ID.test(second)) {
		if (first === 'case' && third === 'danger') return { page: 'danger-of', id: second };
		if (first === 'tell' || first === 'case') return { page: first, id: second };
		if (first === 'report') {
			if (third === 'danger') return { page: 'danger-in', id: second };
			if (third === 'check' || third === 'support' || third === 'write' || third === 'hand' || third === 'read') return { page: third, id: second };
		}
	}
	return { page: 'home' };
}

/** The secret of an invite link: 32 hex digits after `#i=`. */
export function inviteSecret(hash: string): string | undefined {
	return /^#i=([0-9a-f]{32})$/i.exec(hash)?.[1]?.toLowerCase();
}

export const to = {
	home: '#/',
	fresh: '#/new',
	danger: '#/danger',
	contacts: '#/contacts',
	list: '#/list',
	policy: '#/policy',
	/** Where a step of the procedure stands in the policy. */
	step: (code: string) => `#/policy/${code}`,
	ready: '#/ready',
	said: '#/said',
	end: '#/end',
	drill: '#/drill',
	give: '#/give',
	carry: '#/carry',
	console: '#/console',
	check: (id: string) => `#/report/${id}/check`,
	dangerIn: (id: string) => `#/report/${id}/danger`,
	dangerOf: (id: string) => `#/case/${id}/danger`,
	support: (id: string) => `#/report/${id}/support`,
	write: (id: string) => `#/report/${id}/write`,
	hand: (id: string) => `#/report/${id}/hand`,
	read: (id: string) => `#/report/${id}/read`,
	tell: (id: string) => `#/tell/${id}`,
	case: (id: string) => `#/case/${id}`
};
