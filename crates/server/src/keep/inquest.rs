//! Finds the change that kills whoever tries it.
//!
//! Nobody waits meanwhile: the document is free, and the children that die here
//! have no other work. A child can die by chance, so a death counts when the
//! next child dies of the same.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use safehall_sync::wire::Kind;

use super::Push;
use super::desks::Known;
use super::standing::Fate;
use super::trying::Ruled;
use crate::store::StoreError;
use crate::worker::Failure;

impl Push {
    /// Those of the changes, all of one document, that kill by themselves. Who
    /// signed one of them is tried apart from now on.
    pub(super) async fn inquest(
        &self,
        document: [u8; 16],
        places: &[usize],
    ) -> Result<BTreeSet<usize>, StoreError> {
        let mut killers = BTreeSet::new();
        let Some(kind) = self.kind_at(places) else {
            return Ok(killers);
        };
        let (known, log) = self.load(document, kind).await?;
        let scene = Scene {
            document,
            kind,
            known,
            log,
        };
        loop {
            let left: Vec<usize> = places
                .iter()
                .filter(|place| !killers.contains(*place))
                .copied()
                .collect();
            let suspects = self.rules_at(&scene, &left).places;
            if !self.dies_twice(&scene, &suspects).await? {
                return Ok(killers);
            }
            let mut search = Search::among(suspects.len());
            while let Some(so_many) = search.next() {
                let kills = self.dies_twice(&scene, &suspects[..so_many]).await?;
                search.heard(so_many, kills);
            }
            let Some(killer) = suspects.get(search.harmless) else {
                return Ok(killers);
            };
            if let Ok(checked) = &self.letters[*killer] {
                self.app.workers.set_apart(checked.body.device);
                tracing::warn!(
                    device.id = %crate::hex::encode(&checked.signer),
                    size_bytes = checked.envelope.body.len(),
                    "a change was set aside: it stops whoever checks it"
                );
            }
            killers.insert(*killer);
        }
    }

    fn rules_at(&self, scene: &Scene, places: &[usize]) -> Ruled {
        let mut fates = vec![Fate::Open; self.letters.len()];
        self.apply_rules(
            scene.known.clone(),
            places,
            &mut fates,
            &mut BTreeMap::new(),
        )
    }

    async fn dies_twice(&self, scene: &Scene, places: &[usize]) -> Result<bool, StoreError> {
        let ruled = self.rules_at(scene, places);
        if ruled.places.is_empty() {
            return Ok(false);
        }
        for _ in 0..2 {
            let asked = ruled.asked(scene.document, scene.kind, Some(&scene.log));
            match self.app.workers.ask_alone(&asked).await {
                Ok(_) => return Ok(false),
                Err(Failure::Died) => {}
                Err(failure @ (Failure::NoChild(_) | Failure::NeedsLog)) => {
                    tracing::error!(
                        error = &failure as &dyn std::error::Error,
                        "could not find out which change stops whoever checks it"
                    );
                    return Err(StoreError::Busy);
                }
            }
        }
        Ok(true)
    }
}

/// The document as it was when the worker died.
struct Scene {
    document: [u8; 16],
    kind: Kind,
    known: Known,
    log: Vec<Bytes>,
}

/// Looks for the first change with which those before it kill. All together do.
struct Search {
    /// So many from the beginning do not.
    harmless: usize,
    /// So many do.
    deadly: usize,
}

impl Search {
    const fn among(count: usize) -> Self {
        Self {
            harmless: 0,
            deadly: count,
        }
    }

    /// How many to try next; nothing once the one behind the harmless is it.
    const fn next(&self) -> Option<usize> {
        if self.deadly - self.harmless > 1 {
            Some(self.harmless.midpoint(self.deadly))
        } else {
            None
        }
    }

    const fn heard(&mut self, so_many: usize, kills: bool) {
        if kills {
            self.deadly = so_many;
        } else {
            self.harmless = so_many;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_change_that_kills_is_found_wherever_it_stands() {
        for count in 1..40 {
            for killer in 0..count {
                let mut search = Search::among(count);
                let mut tried = 0;
                while let Some(so_many) = search.next() {
                    tried += 1;
                    search.heard(so_many, so_many > killer);
                }
                assert_eq!(search.harmless, killer);
                assert!(tried <= 6, "{tried} tries for {count} changes");
            }
        }
    }
}
