import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { likeness, normalise } from './badge.ts';
import type { Time } from './case.ts';
import { codeName, drillName, fourWords } from './codename.ts';
import { type Due, due, type DueTargets, inboxOrder, type Progress } from './due.ts';
import { bounds, distance, noTime } from './time.ts';

const VECTORS = new URL('../../../proto/vectors/', import.meta.url);

function cases<T>(file: string): (T & { name: string })[] {
	return (JSON.parse(readFileSync(new URL(file, VECTORS), 'utf8')) as { cases: (T & { name: string })[] }).cases;
}

describe('a code name follows from the id', () => {
	test.each(cases<{ document: string; code_name: string }>('code_name.json'))('$name', ({ document, code_name }) => {
		expect(codeName(document)).toBe(code_name);
	});
});

describe('a case of a drill has a name that no real one can have', () => {
	test.each(cases<{ document: string; drill_name: string }>('drill_name.json'))('$name', ({ document, drill_name }) => {
		expect(drillName(document)).toBe(drill_name);
		expect(codeName(document)).not.toBe(drill_name);
	});
});

describe('four words follow from the digest', () => {
	test.each(cases<{ digest_prefix: string; words: string[] }>('words.json'))('$name', ({ digest_prefix, words }) => {
		expect(fourWords(digest_prefix)).toEqual(words);
	});
});

describe('badges are compared without what makes no difference', () => {
	test.each(cases<{ a: string; b: string; normalised: string; likeness: string }>('badge.json'))('$name', (vector) => {
		expect(normalise(vector.a)).toBe(vector.normalised);
		expect(likeness(vector.a, vector.b)).toBe(vector.likeness);
		expect(likeness(vector.b, vector.a)).toBe(vector.likeness);
	});
});

describe('a time is as exact as somebody could say', () => {
	type Vector = { time: Time; bounds?: object; refused?: string; other?: Time; distance?: number | null };
	test.each(cases<Vector>('time.json'))('$name', (vector) => {
		expect(noTime(vector.time)).toBe(vector.refused);
		if (vector.bounds) expect(bounds(vector.time)).toEqual(vector.bounds);
		if (!vector.other) return;
		expect(distance(vector.time, vector.other)).toBe(vector.distance);
		expect(distance(vector.other, vector.time)).toBe(vector.distance);
	});
});

describe('what is due', () => {
	const { targets } = JSON.parse(readFileSync(new URL('due.json', VECTORS), 'utf8')) as { targets: DueTargets };
	type Vector = Progress & { now: number; targets?: DueTargets; due?: Due; inbox?: (Progress & { case: string })[]; order?: string[] };
	test.each(cases<Vector>('due.json'))('$name', (vector) => {
		if (vector.due) expect(due(vector, vector.targets ?? targets, vector.now)).toEqual(vector.due);
		const inbox = (vector.inbox ?? []).map((each) => ({ ...each, id: each.case }));
		expect(inboxOrder(inbox, vector.targets ?? targets, vector.now).map(({ id }) => id)).toEqual(vector.order ?? []);
	});
});

test('every file of vectors is run', () => {
	// `carried.json` beside the replica, which seals: tests/replica/parcel.vectors.test.ts.
	const run = ['badge.json', 'carried.json', 'code_name.json', 'drill_name.json', 'due.json', 'time.json', 'words.json'];
	const there = readdirSync(VECTORS).filter((name) => name.endsWith('.json'));
	expect(there.filter((name) => !run.includes(name))).toEqual([]);
});
