/** English that only the console says: it comes with the console, and is no part of the first load. */
import { console } from './console.ts';
import { decision } from './decision.ts';
import { ending } from './ending.ts';
import { first } from './first.ts';
import { patterns } from './patterns.ts';
import { rights } from './rights.ts';

export const late = { console, decision: { ...decision, ...first.decision }, ending, patterns, rights: { ...rights, ...first.rights } };
