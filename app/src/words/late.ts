/** For its effect: from now on the console can speak English, too. */
import { late } from './en/late.ts';
import { learn } from './index.ts';

learn(late);
