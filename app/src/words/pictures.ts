/** For its effect: from now on pictures are spoken of in English, too. Comes with what shows them. */
import { pictures } from './en/pictures.ts';
import { learn } from './index.ts';

learn({ pictures });
