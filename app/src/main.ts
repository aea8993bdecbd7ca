import { mount } from 'svelte';
import App from './App.svelte';
import { startReplica } from './replica/start.ts';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no place for the app');
mount(App, { target, props: { replica: startReplica() } });
