/** For its effect: from now on what goes from phone to phone is spoken of in English, too. Comes with what shows it. */
import { carry } from './en/carry.ts';
import { learn } from './index.ts';

learn({ carry });
