/**
 * The one place that every record passes on its way to and from storage. With
 * the lock of a later version the record is sealed here; the mark `as` tells
 * how it was written, so that a newer app reads what an older one kept.
 */
interface Stored {
	as: 'plain';
	record: unknown;
}

export function encode(record: unknown): Promise<Stored> {
	return Promise.resolve({ as: 'plain', record });
}

export function decode(stored: unknown): Promise<unknown> {
	if (typeof stored === 'object' && stored !== null && 'as' in stored && stored.as === 'plain' && 'record' in stored) {
		return Promise.resolve(stored.record);
	}
	return Promise.reject(new Error('a record was written by a newer app'));
}
