import { ofConsole, ofPhone } from '../harness/tour.ts';
import { test } from '../harness/world.ts';

test.setTimeout(900_000);

// What needs a longer story is looked at in the journeys, in the same way.
test('every screen of a phone can be heard, enlarged to four times, used with a thumb and without anything that moves, in light and in dark', async ({ world }) => ofPhone(world));

test('every screen of the console can be heard, enlarged to four times and used without anything that moves, in light and in dark', async ({ world }) => ofConsole(world));
