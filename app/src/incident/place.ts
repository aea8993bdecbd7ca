/**
 * A place is the id of one of the event's rooms, or words that somebody typed.
 * Ids are compared, counted and shown anywhere as the room's name; what was
 * typed may hold a person's name and stays in its case.
 */
export interface Room {
	id: string;
	name: string;
}

/** The room that is meant. Its name may have been typed, or written by an older app. */
export function roomOf<R extends Room>(place: string, rooms: readonly R[]): R | undefined {
	return rooms.find((room) => room.id === place) ?? rooms.find((room) => room.name === place);
}

/** What to write down for a place that was chosen or typed. */
export function placeOf(said: string, rooms: readonly Room[]): string {
	const place = said.trim();
	return roomOf(place, rooms)?.id ?? place;
}

/** The room's name, or the place as it was typed. */
export function placeName(place: string, rooms: readonly Room[]): string {
	return roomOf(place, rooms)?.name ?? place;
}

/** The rooms among these places, each once. */
export function roomsAmong<R extends Room>(places: readonly string[], rooms: readonly R[]): R[] {
	return [...new Set(places.flatMap((place) => roomOf(place, rooms) ?? []))];
}
