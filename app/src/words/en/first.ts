/** English, as far as a phone says it. */
import { alarm } from './alarm.ts';
import { asked } from './asked.ts';
import { caseWords } from './case.ts';
import { common } from './common.ts';
import { enrol } from './enrol.ts';
import { help } from './help.ts';
import { home } from './home.ts';
import { info } from './info.ts';
import { language } from './language.ts';
import { lock } from './lock.ts';
import { open, phone, recovery } from './own.ts';
import { people } from './people.ts';
import { problems } from './problems.ts';
import { ready } from './ready.ts';
import { report } from './report.ts';
import { sheets } from './sheets.ts';
import { sync } from './sync.ts';
import { pairs, task } from './tasks.ts';
import { telling } from './telling.ts';

export const first = { alarm, asked, case: caseWords, common, enrol, help, home, info, language, lock, people, problems, ready, report, sheets, sync, telling, decision: { pairs, task }, rights: { open, phone, recovery } };
