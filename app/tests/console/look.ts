import { mount } from 'svelte';
import Look from './Look.svelte';
import { linkIntentions, links, openCase } from '../../src/incident/chair.ts';
import { alma, AMBER, QUIET } from './journeys.ts';
import { many } from './many.ts';
import { withRights } from './rights.ts';

const asked = new URLSearchParams(location.search);
const cases = Number(asked.get('cases'));
const replica = cases > 0 ? many(cases) : asked.has('rights') ? withRights() : alma();
if (asked.has('linked')) {
	const wish = { from: QUIET, chairDocument: await replica.chairDocument(QUIET), to: AMBER, kind: 'same_incident', reason: 'badge and time' } as const;
	for (const intention of linkIntentions(wish, replica.state.cases, links(replica.state.chairs), () => replica.newId())) await replica.write(intention);
	for (const caseId of [AMBER, QUIET]) await replica.write(openCase(caseId, () => replica.newId()));
}
if (asked.has('offline')) replica.change({ connection: { state: 'offline', since: replica.now() - 600_000 } });
Object.assign(window, { replica });
mount(Look, { target: document.body, props: { replica } });
