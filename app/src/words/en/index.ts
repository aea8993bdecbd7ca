import { carry } from './carry.ts';
import { first } from './first.ts';
import { late } from './late.ts';
import { pictures } from './pictures.ts';

export const en = { ...first, ...late, carry, pictures };
