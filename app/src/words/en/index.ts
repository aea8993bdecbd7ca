import { alarm } from './alarm.ts';
import { caseWords } from './case.ts';
import { common } from './common.ts';
import { console } from './console.ts';
import { decision } from './decision.ts';
import { enrol } from './enrol.ts';
import { home } from './home.ts';
import { info } from './info.ts';
import { language } from './language.ts';
import { lock } from './lock.ts';
import { patterns } from './patterns.ts';
import { problems } from './problems.ts';
import { report } from './report.ts';
import { rights } from './rights.ts';
import { sheets } from './sheets.ts';
import { sync } from './sync.ts';
import { telling } from './telling.ts';

export const en = { alarm, case: caseWords, common, console, decision, enrol, home, info, language, lock, patterns, problems, report, rights, sheets, sync, telling };
