import { common } from './common.ts';
import { sync } from './sync.ts';

export const en = { common, sync };
