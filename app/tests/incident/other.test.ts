import { expect, test } from 'vitest';
import { other } from '../../src/incident/other.ts';

test('a number without a name is somebody, and nothing is nobody', () => {
	expect(other('witness', { who: ' ', role: '', reach: ' +49 170 1 ' })).toEqual({ kind: 'witness', contact: '+49 170 1' });
	expect(other('affected', { who: 'red scarf', role: 'speaker', reach: '' })).toEqual({ kind: 'affected', description: 'red scarf', role: 'speaker' });
	expect(other('witness', { who: '', role: 'speaker', reach: '' })).toBeUndefined();
});
