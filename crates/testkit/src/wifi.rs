//! The hall's Wi-Fi: down, slow, cut in the middle of a frame, twice, or a
//! captive portal that answers in place of the server.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::chance::Chance;
use crate::clock::Millis;

/// What a captive portal says to whatever is asked of it.
pub const PORTAL_PAGE: &[u8] =
    b"<!DOCTYPE html><html><head><title>Welcome to Congress Centre Wi-Fi</title></head><body>Accept</body></html>";

/// How the air is around one phone.
#[derive(Clone, Debug)]
pub struct Weather {
    /// Whether anything passes at all.
    pub up: bool,
    /// Whether a captive portal answers instead of the server.
    pub portal: bool,
    /// How long a message takes, in milliseconds.
    pub delay: RangeInclusive<u64>,
    /// One message in this many is cut in the middle, and the connection with it; 0: none.
    pub cut_one_in: u32,
    /// One message in this many vanishes, and the connection stays silent; 0: none.
    pub lose_one_in: u32,
    /// One request in this many arrives twice, the second much later; 0: none.
    pub twice_one_in: u32,
}

impl Weather {
    /// Everything arrives once, whole and soon.
    #[must_use]
    pub const fn fair() -> Self {
        Self {
            up: true,
            portal: false,
            delay: 5..=40,
            cut_one_in: 0,
            lose_one_in: 0,
            twice_one_in: 0,
        }
    }

    /// A hall with two thousand people in it.
    #[must_use]
    pub const fn crowded() -> Self {
        Self {
            up: true,
            portal: false,
            delay: 20..=9_000,
            cut_one_in: 12,
            lose_one_in: 15,
            twice_one_in: 10,
        }
    }

    /// Nothing passes, and no connection is closed: it stalls.
    #[must_use]
    pub const fn down() -> Self {
        Self {
            up: false,
            ..Self::fair()
        }
    }

    /// The hotel wants a room number first.
    #[must_use]
    pub const fn portal() -> Self {
        Self {
            portal: true,
            ..Self::fair()
        }
    }
}

/// What becomes of one message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fate {
    /// It arrives whole at this time.
    Arrives(Millis),
    /// It arrives whole, and once more later.
    Twice(Millis, Millis),
    /// The first `bytes` arrive, then the connection is closed.
    Cut {
        /// When.
        at: Millis,
        /// How many arrive: fewer than were sent.
        bytes: usize,
    },
    /// The portal's page comes back instead.
    Portal(Millis),
    /// Nobody hears of it again.
    Lost,
}

/// The air around all phones.
#[derive(Clone)]
pub struct Wifi {
    chance: Chance,
    around: BTreeMap<usize, Weather>,
}

impl Wifi {
    /// Fair weather everywhere.
    #[must_use]
    pub fn fair(chance: Chance) -> Self {
        Self {
            chance,
            around: BTreeMap::new(),
        }
    }

    /// The air around one phone.
    #[must_use]
    pub fn around(&self, phone: usize) -> Weather {
        self.around
            .get(&phone)
            .cloned()
            .unwrap_or_else(Weather::fair)
    }

    /// From now on, the air around one phone is this.
    pub fn change(&mut self, phone: usize, weather: Weather) {
        self.around.insert(phone, weather);
    }

    /// From now on, the air is fair around everybody.
    pub fn clear_up(&mut self) {
        self.around.clear();
    }

    /// Draws what becomes of a message of `len` bytes between a phone and the
    /// server.
    pub fn fate(&mut self, phone: usize, now: Millis, len: usize) -> Fate {
        let weather = self.around(phone);
        let at = now + self.chance.between(weather.delay.clone());
        if !weather.up {
            return Fate::Lost;
        }
        if weather.portal {
            return Fate::Portal(at);
        }
        if len > 0 && self.chance.one_in(weather.cut_one_in) {
            return Fate::Cut {
                at,
                bytes: self.chance.index(len),
            };
        }
        if self.chance.one_in(weather.lose_one_in) {
            return Fate::Lost;
        }
        if self.chance.one_in(weather.twice_one_in) {
            return Fate::Twice(at, at + self.chance.between(0..=60_000));
        }
        Fate::Arrives(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fair_weather_delivers_everything_once_and_soon() {
        let mut wifi = Wifi::fair(Chance::seeded(1));

        for _ in 0..1_000 {
            assert!(matches!(wifi.fate(0, 100, 10), Fate::Arrives(105..=140)));
        }
    }

    #[test]
    fn a_crowded_hall_does_everything_to_messages_and_never_delivers_more_than_was_sent() {
        let mut wifi = Wifi::fair(Chance::seeded(1));
        wifi.change(0, Weather::crowded());

        let fates: Vec<Fate> = (0..1_000).map(|_| wifi.fate(0, 0, 10)).collect();

        assert!(
            fates
                .iter()
                .any(|fate| matches!(fate, Fate::Cut { bytes, .. } if *bytes < 10))
        );
        assert!(
            fates
                .iter()
                .all(|fate| !matches!(fate, Fate::Cut { bytes: 10.., .. }))
        );
        assert!(fates.contains(&Fate::Lost));
        assert!(
            fates
                .iter()
                .any(|fate| matches!(fate, Fate::Twice(first, again) if first <= again))
        );
    }
}
