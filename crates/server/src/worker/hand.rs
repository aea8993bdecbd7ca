//! One child, as its parent holds it.

use std::collections::BTreeMap;
use std::io;
use std::process::Stdio;

use safehall_sync::ids::DocumentId;
use safehall_sync::trial::{Answer, Chain, Question};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::{Spec, words};

/// The most documents of which the parent notes that the child knows them.
const NOTED: usize = 256;

/// Dropping it kills the child.
pub(super) struct Hand {
    _child: Child,
    input: ChildStdin,
    output: ChildStdout,
    /// What it should remember. It may have let go of some: then it says so.
    knows: BTreeMap<DocumentId, Chain>,
}

impl Hand {
    /// Starts a child and waits until it is confined.
    pub(super) async fn hire(spec: &Spec, last_in_line: bool) -> io::Result<Self> {
        let mut command = Command::new(&spec.program);
        command
            .arg0("safehall")
            .arg("admission-worker")
            .args(["--memory", &spec.memory.to_string()])
            .args(["--cpu-seconds", &spec.cpu_seconds.to_string()]);
        if last_in_line {
            command.arg("--last-in-line");
        }
        let mut child = command
            // It inherits no secret, no folder and nowhere to write to.
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(input), Some(mut output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let mut greeting = [0; words::GREETING.len()];
        output.read_exact(&mut greeting).await?;
        if greeting != words::GREETING {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(Self {
            _child: child,
            input,
            output,
            knows: BTreeMap::new(),
        })
    }

    /// Whether it should remember the document in this state.
    pub(super) fn knows(&self, document: DocumentId, chain: Chain) -> bool {
        self.knows.get(&document) == Some(&chain)
    }

    /// Asks, and notes that it knows the document as `becomes` if all of it holds.
    pub(super) async fn ask(
        &mut self,
        question: &Question<'_>,
        becomes: Chain,
    ) -> io::Result<Answer> {
        self.knows.remove(&question.document);
        self.input
            .write_all(&words::write_question(question))
            .await?;
        let mut heard = [0; words::ANSWER];
        self.output.read_exact(&mut heard).await?;
        let answer =
            words::read_answer(heard, question.changes.len()).ok_or(io::ErrorKind::InvalidData)?;
        let chain = match answer {
            Answer::Unknown => return Ok(answer),
            Answer::Holds => becomes,
            Answer::Breaks(_) => question.base,
        };
        if self.knows.len() >= NOTED {
            self.knows.pop_first();
        }
        self.knows.insert(question.document, chain);
        Ok(answer)
    }
}
