//! Disks that fail in the ways that disks fail.

use std::fmt;

/// A journal on a pretend disk.
///
/// What is written sits in the system's memory until [`Disk::flush`] says that
/// it is down; a power cut takes whatever was not flushed. A full or failing
/// disk refuses, and what was flushed before stays.
#[derive(Clone)]
pub struct Disk<R> {
    flushed: Vec<R>,
    written: Vec<R>,
    room: Option<usize>,
    failing: bool,
    flushes: u64,
}

/// The disk did not take it. What was flushed before is still there.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DiskError {
    /// There is no room.
    #[error("the disk is full")]
    Full,
    /// The disk reported an error; nothing of the last writes is kept.
    #[error("the disk failed")]
    Failed,
}

impl<R: Clone> Disk<R> {
    /// An empty disk with room for everything.
    #[must_use]
    pub fn empty() -> Self {
        Self::holding(Vec::new())
    }

    /// A disk with this on it, as after a restore.
    #[must_use]
    pub fn holding(flushed: Vec<R>) -> Self {
        Self {
            flushed,
            written: Vec::new(),
            room: None,
            failing: false,
            flushes: 0,
        }
    }

    /// Hands records to the system; they are not safe yet.
    ///
    /// # Errors
    /// [`DiskError::Full`] when they do not all fit; then none was written.
    pub fn write(&mut self, records: impl IntoIterator<Item = R>) -> Result<(), DiskError> {
        let records: Vec<R> = records.into_iter().collect();
        if self.room.is_some_and(|room| room < records.len()) {
            return Err(DiskError::Full);
        }
        self.room = self.room.map(|room| room - records.len());
        self.written.extend(records);
        Ok(())
    }

    /// Puts everything written on the disk: after `Ok` it survives a power cut.
    ///
    /// # Errors
    /// [`DiskError::Failed`]; then nothing of what was written is there.
    pub fn flush(&mut self) -> Result<(), DiskError> {
        if self.failing {
            self.written.clear();
            return Err(DiskError::Failed);
        }
        if !self.written.is_empty() {
            self.flushes += 1;
        }
        self.flushed.append(&mut self.written);
        Ok(())
    }

    /// Takes whatever was not flushed.
    pub fn cut_power(&mut self) {
        self.written.clear();
    }

    /// What a start after a power cut would find, oldest first.
    #[must_use]
    pub fn flushed(&self) -> &[R] {
        &self.flushed
    }

    /// Everything written, flushed or not, oldest first.
    pub fn written(&self) -> impl Iterator<Item = &R> {
        self.flushed.iter().chain(&self.written)
    }

    /// How often something was put on the disk.
    #[must_use]
    pub fn flushes(&self) -> u64 {
        self.flushes
    }

    /// From now on there is room for `records` more, or for all with `None`.
    pub fn leave_room_for(&mut self, records: Option<usize>) {
        self.room = records;
    }

    /// From now on every flush fails, or none.
    pub fn fail(&mut self, failing: bool) {
        self.failing = failing;
    }
}

/// Counts only: records hold what people typed.
impl<R> fmt::Debug for Disk<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Disk")
            .field("flushed", &self.flushed.len())
            .field("written", &self.written.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_cut_takes_what_was_not_flushed_and_nothing_else() {
        let mut disk = Disk::empty();
        disk.write(["first"]).unwrap();
        disk.flush().unwrap();
        disk.write(["second"]).unwrap();

        disk.cut_power();

        assert_eq!(disk.flushed(), ["first"]);
    }

    #[test]
    fn a_full_disk_takes_all_of_a_write_or_none_of_it() {
        let mut disk = Disk::empty();
        disk.leave_room_for(Some(1));

        assert_eq!(disk.write(["one", "two"]), Err(DiskError::Full));
        assert_eq!(disk.write(["one"]), Ok(()));
        assert_eq!(disk.written().count(), 1);
    }

    #[test]
    fn a_failed_flush_keeps_what_was_there_before() {
        let mut disk = Disk::holding(vec!["old"]);
        disk.write(["new"]).unwrap();
        disk.fail(true);

        assert_eq!(disk.flush(), Err(DiskError::Failed));
        assert_eq!(disk.written().collect::<Vec<_>>(), [&"old"]);
    }
}
