import { mount } from 'svelte';
import App from './App.svelte';
import { tongue } from './routes/language.svelte.ts';
import { startReplica } from './replica/start.ts';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no place for the app');
const replica = startReplica();
// The storage opens meanwhile. A phone that speaks English waits for nothing.
void tongue.begin().then(() => mount(App, { target, props: { replica } }));
