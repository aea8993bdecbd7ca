//! A device that talks to a real server over HTTP, as the app does.

use std::io;
use std::net::SocketAddr;

use prost::Message;
use safehall_sync::ids::{self, DeviceId, EventId, StaffId};
use safehall_sync::signing;
use safehall_sync::wire::{self, Frame, frame};
use safehall_testkit::chance::Chance;
use safehall_testkit::keys::SigningKey;
use sha2::{Digest, Sha256};

use super::http::{Line, Traffic};

/// An enrolled device with a connection that is kept alive.
pub(crate) struct Device {
    pub(crate) id: DeviceId,
    pub(crate) staff: StaffId,
    pub(crate) event: EventId,
    pub(crate) key: SigningKey,
    pub(crate) active: bool,
    pub(crate) epoch: Vec<u8>,
    pub(crate) cursor: Vec<u8>,
    pub(crate) pack_hash: Vec<u8>,
    pub(crate) token: String,
    at: SocketAddr,
    line: Option<Line>,
}

impl Device {
    /// Uses an invite.
    pub(crate) fn enrol(
        at: SocketAddr,
        invite_secret: &[u8],
        chance: &mut Chance,
    ) -> io::Result<Self> {
        let mut line = Line::connect(at)?;
        let key = SigningKey::drawn(chance);
        let agreement_key = SigningKey::drawn(chance).public();
        let challenge: wire::EnrolChallenge = call(
            &mut line,
            "/v1/enrol/begin",
            None,
            &wire::BeginEnrol {
                invite_hash: Sha256::digest(invite_secret).to_vec(),
            },
        )?;
        let event = EventId::try_from(challenge.event.as_slice()).map_err(io::Error::other)?;
        let signed = signing::enrol(
            event,
            &challenge.challenge,
            invite_secret,
            &key.public(),
            &agreement_key,
        );
        let enrolled: wire::Enrolled = call(
            &mut line,
            "/v1/enrol/finish",
            None,
            &wire::FinishEnrol {
                invite_secret: invite_secret.to_vec(),
                challenge: challenge.challenge,
                signing_key: key.public(),
                agreement_key,
                signature: key.sign(&signed),
                app_version: "testkit".to_owned(),
            },
        )?;
        Ok(Self {
            id: ids::device_of(&key.public()),
            staff: StaffId::try_from(enrolled.staff.as_slice()).map_err(io::Error::other)?,
            event,
            key,
            active: enrolled.active,
            epoch: Vec::new(),
            cursor: Vec::new(),
            pack_hash: Vec::new(),
            token: String::new(),
            at,
            line: Some(line),
        })
    }

    /// Gets an access token, as after any time offline.
    pub(crate) fn sign_in(&mut self) -> io::Result<()> {
        let device = self.id.as_bytes().to_vec();
        let asked: wire::Challenge = self.call(
            "/v1/auth/challenge",
            &wire::ChallengeAsk {
                device: device.clone(),
            },
        )?;
        let signature = self
            .key
            .sign(&signing::token(self.event, self.id, &asked.challenge));
        let token: wire::Token = self.call(
            "/v1/auth/token",
            &wire::TokenAsk {
                device,
                challenge: asked.challenge,
                signature,
            },
        )?;
        self.token = token.token;
        Ok(())
    }

    /// A call of the API with this device's token.
    pub(crate) fn call<A: Message + Default>(
        &mut self,
        path: &str,
        body: &impl Message,
    ) -> io::Result<A> {
        let token = (!self.token.is_empty()).then(|| self.token.clone());
        let answer = call(self.line()?, path, token.as_deref(), body);
        if answer.is_err() {
            self.line = None;
        }
        answer
    }

    /// How it greets.
    pub(crate) fn hello(&self) -> wire::Hello {
        wire::Hello {
            protocol: 1,
            token: self.token.clone(),
            epoch: self.epoch.clone(),
            cursor: self.cursor.clone(),
            app_version: "testkit".to_owned(),
            unsent: 0,
            pack_hash: self.pack_hash.clone(),
            sealed: 0,
        }
    }

    /// One round trip of frames: greets, says these, and hands back what came.
    pub(crate) fn sync(&mut self, say: Vec<frame::Kind>) -> io::Result<Vec<frame::Kind>> {
        let hello = frame::Kind::Hello(self.hello());
        let mut body = Vec::new();
        for kind in [hello].into_iter().chain(say) {
            Frame::from(kind)
                .encode_length_delimited(&mut body)
                .map_err(io::Error::other)?;
        }
        let answer = match self.line()?.post("/v1/sync", None, &body) {
            Ok(answer) => answer,
            Err(error) => {
                self.line = None;
                return Err(error);
            }
        };
        if answer.status != 200 {
            return Err(io::Error::other(format!(
                "/v1/sync answered {}",
                answer.status
            )));
        }
        let mut rest = answer.body.as_slice();
        let mut heard = Vec::new();
        while !rest.is_empty() {
            let frame = Frame::decode_length_delimited(&mut rest).map_err(io::Error::other)?;
            heard.extend(frame.kind);
        }
        for kind in &heard {
            match kind {
                frame::Kind::Welcome(welcome) => {
                    self.epoch = welcome.epoch.clone();
                    self.pack_hash = welcome.pack_hash.clone();
                }
                frame::Kind::Batch(batch) => self.cursor = batch.cursor.clone(),
                _ => {}
            }
        }
        Ok(heard)
    }

    /// The server is somewhere else now, or came back.
    pub(crate) fn reconnect_to(&mut self, at: SocketAddr) {
        self.at = at;
        self.line = None;
    }

    /// What went over the present connection.
    pub(crate) fn traffic(&self) -> Traffic {
        self.line.as_ref().map(Line::traffic).unwrap_or_default()
    }

    /// The connection, or a new one where the server has hung up on it: to a
    /// line that stood idle it does so by and by, and no browser asks on such a one.
    fn line(&mut self) -> io::Result<&mut Line> {
        if self.line.as_ref().is_none_or(Line::is_over) {
            self.line = Some(Line::connect(self.at)?);
        }
        self.line
            .as_mut()
            .ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

fn call<A: Message + Default>(
    line: &mut Line,
    path: &str,
    token: Option<&str>,
    body: &impl Message,
) -> io::Result<A> {
    let answer = line.post(path, token, &body.encode_to_vec())?;
    if answer.status != 200 {
        let problem = wire::Problem::decode(answer.body.as_slice()).unwrap_or_default();
        return Err(io::Error::other(format!(
            "{path} answered {} {}",
            answer.status, problem.code
        )));
    }
    A::decode(answer.body.as_slice()).map_err(io::Error::other)
}
