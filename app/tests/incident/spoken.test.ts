import { create } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { PackSchema, Step_Who } from '../../src/generated/wire/v1/pack_pb.ts';
import { listed } from '../../src/routes/phone/list.ts';
import { spoken } from '../../src/incident/spoken.ts';

const pack = create(PackSchema, {
	languages: ['en', 'de'],
	steps: [
		{ code: 'IR1', title: 'Danger?', say: 'Are you safe?', explain: 'First', seedRef: 'S70', when: 'now', who: Step_Who.ANYONE },
		{ code: 'DN2', title: 'No advice', doNot: 'Do not ask' }
	],
	categories: [{ code: 'stalking', title: 'Stalking' }],
	sanctions: [{ code: 'leave_event', title: 'Leave', params: ['no_refund'], needs: 'Badge', carriedOutBy: 'Door' }],
	sentences: [{ id: 'heard', text: 'Thank you' }, { id: 'sorry', text: 'Sorry' }],
	channels: [{ id: 'plenary', name: 'Stage' }],
	emergency: [{ label: 'Police', number: '110', note: 'Danger to life', police: true }],
	contacts: [{ name: 'Alma Reyes', role: 'Chair', phone: '+49 171' }, { name: 'Reception', role: 'Venue' }, { name: 'Board', role: 'Outside contact' }],
	minors: 'Tell the chair',
	translations: [
		{
			language: 'de',
			steps: [{ code: 'IR1', title: 'Gefahr?', say: 'Sind Sie in Sicherheit?' }],
			categories: [{ code: 'stalking', title: 'Nachstellen' }],
			sanctions: [{ code: 'leave_event', title: 'Gehen', needs: 'Schild', carriedOutBy: 'Einlass' }],
			sentences: [{ id: 'heard', text: 'Danke' }],
			channels: [{ id: 'plenary', name: 'Bühne' }],
			emergency: [{ number: '110', label: 'Polizei', note: 'Lebensgefahr' }],
			contacts: [{ own: 'Chair', text: 'Leitung' }, { own: 'Reception', text: 'Empfang' }, { own: 'Venue', text: 'Haus' }],
			minors: 'Der Leitung sagen'
		}
	]
});

describe('the pack', () => {
	test('says its texts in another language and keeps what is no text', () => {
		const german = spoken(pack, 'de');
		expect(german.steps[0]).toMatchObject({ title: 'Gefahr?', say: 'Sind Sie in Sicherheit?', seedRef: 'S70', when: 'now' });
		expect(german.categories.map((one) => one.title)).toEqual(['Nachstellen']);
		expect(german.sanctions[0]).toMatchObject({ title: 'Gehen', needs: 'Schild', carriedOutBy: 'Einlass', params: ['no_refund'] });
		expect(german.channels.map((one) => one.name)).toEqual(['Bühne']);
		expect(german.emergency[0]).toMatchObject({ label: 'Polizei', note: 'Lebensgefahr', number: '110', police: true });
		expect(german.minors).toBe('Der Leitung sagen');
		expect(listed({ contacts: german.contacts.map((one) => ({ ...one, forAttendees: true })), emergency: german.emergency }).map(({ name, role }) => `${name}: ${role}`)).toEqual(['Alma Reyes: Leitung', 'Empfang: Haus', 'Board: Outside contact', 'Polizei: Lebensgefahr']);
		expect(german.contacts[0]?.phone).toBe('+49 171');
	});

	test('keeps its own words where the translation has none', () => {
		const german = spoken(pack, 'de');
		expect(german.steps[0]?.explain).toBe('First');
		expect(german.steps[1]).toEqual(pack.steps[1]);
		expect(german.sentences.map((one) => one.text)).toEqual(['Danke', 'Sorry']);
	});

	test('from before contacts could be translated is as it was', () => {
		const older = create(PackSchema, { ...pack, translations: pack.translations.map((each) => ({ ...each, contacts: [] })) });
		expect(spoken(older, 'de').contacts).toEqual(pack.contacts);
	});

	test('is itself in its own language, and in one that it does not have', () => {
		expect(spoken(pack, 'en')).toBe(pack);
		expect(spoken(pack, 'fr')).toBe(pack);
	});
});
