//! The team as devices see it, and how leads change it.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Bytes;
use prost::Message as _;
use safehall_core::access::{
    Act, ConfirmDevice, InviteLead, InviteResponder, ListDevices, ListTeam, ReadPack,
    ReceiveDocument, RevokeDevice, Role,
};
use safehall_sync::wire;
use sha2::{Digest as _, Sha256};

use super::door::{Asker, id, read};
use super::problem::Problem;
use crate::clock::{self, counted};
use crate::ledger::What;
use crate::state::App;
use crate::store::Book;
use crate::store::devices::{self, Device, Standing};
use crate::store::invites::{self, Invite};
use crate::store::ledger::{self, Entry, note};
use crate::store::staff::{self, Member};
use crate::store::{events, exclusions, opening, rights, terms};

/// `GET /v1/pack`.
pub(super) async fn pack(
    app: Arc<App>,
    asker: Asker<ReadPack>,
    _: Bytes,
) -> Result<Vec<u8>, Problem> {
    let stored = app
        .store
        .read::<_, Problem>(move |conn| {
            asker.permit(conn, None, None)?;
            Ok(events::present(conn)?.pack)
        })
        .await?;
    Ok(app.carry.in_pack(stored))
}

/// `GET /v1/team`: names for everybody, devices and rights for leads.
pub(super) async fn team(
    app: Arc<App>,
    asker: Asker<ListTeam>,
    _: Bytes,
) -> Result<Vec<u8>, Problem> {
    let team = app
        .store
        .read(move |conn| {
            asker.permit(conn, None, None)?;
            let recused = exclusions::recused(conn, &asker.staff)?;
            let mut team = wire::Team {
                staff: staff::all(conn)?.into_iter().map(line).collect(),
                recused: recused.into_iter().map(Vec::from).collect(),
                recoveries: ledger::recoveries(conn)?,
                open: opening::is_open(conn)?,
                ..wire::Team::default()
            };
            let leads = asker.also::<ListDevices>().permit(conn, None, None);
            if leads.is_ok() {
                add_for_leads(conn, &asker, &mut team)?;
            } else {
                team.apart = apart(conn, &asker)?;
            }
            Ok::<_, Problem>(team)
        })
        .await?;
    Ok(team.encode_to_vec())
}

fn add_for_leads(
    conn: &Book<'_>,
    asker: &Asker<ListTeam>,
    team: &mut wire::Team,
) -> Result<(), Problem> {
    for member in &mut team.staff {
        (member.from, member.until) = terms::of(conn, &id(&member.staff)?)?;
    }
    let letting_in = asker.also::<ConfirmDevice>();
    for device in devices::all(conn)? {
        let another_lead = device.standing == Standing::Pending
            && match letting_in.permit_letting_in(conn, &device) {
                Ok(_) => false,
                Err(Problem::ANOTHER_LEAD) => true,
                Err(problem) => return Err(problem),
            };
        team.devices.push(wire::Device {
            another_lead,
            ..device_line(device)
        });
    }
    // A lead who is kept away from a case does not see who works on it.
    let knows = |document: &[u8; 16]| knows(conn, asker, document);
    for grant in rights::lines(conn, asker.now)? {
        if knows(&grant.document) {
            team.grants.push(wire::GrantLine {
                document: grant.document.to_vec(),
                staff: grant.staff.to_vec(),
                level: grant.level,
                from: counted(grant.from),
                until: counted(grant.until),
                by: grant.by.to_vec(),
            });
        }
    }
    for line in exclusions::lines(conn, asker.now)? {
        if knows(&line.document) {
            let (asked_by, asked_at) = line.asked.unzip();
            team.exclusions.push(wire::ExclusionLine {
                document: line.document.to_vec(),
                staff: line.staff.to_vec(),
                by: line.by.map(Vec::from).unwrap_or_default(),
                since: line.since,
                lift_asked_by: asked_by.map(Vec::from).unwrap_or_default(),
                lift_asked_at: asked_at.unwrap_or_default(),
            });
        }
    }
    let ended = rights::unrestricted(conn)?.into_iter();
    team.unrestricted = ended.filter(knows).map(Vec::from).collect();
    Ok(())
}

/// The asker's cases that somebody must not learn of. Who that is stays with the
/// leads: a phone only has to know what it must not show around.
fn apart(conn: &Book<'_>, asker: &Asker<ListTeam>) -> Result<Vec<Vec<u8>>, Problem> {
    let kept_from = exclusions::lines(conn, asker.now)?.into_iter();
    let mut cases: BTreeSet<[u8; 16]> = kept_from.map(|line| line.document).collect();
    cases.extend(rights::restricted_cases(conn)?);
    cases.retain(|case| knows(conn, asker, case));
    Ok(cases.into_iter().map(Vec::from).collect())
}

fn knows(conn: &Book<'_>, asker: &Asker<ListTeam>, document: &[u8; 16]) -> bool {
    asker
        .also::<ReceiveDocument>()
        .permit(conn, Some(document), None)
        .is_ok()
}

fn line(member: Member) -> wire::StaffMember {
    wire::StaffMember {
        staff: member.id.to_vec(),
        name: member.name,
        roles: member.roles,
        badge_label: member.badge_label,
        phone: member.phone,
        ..wire::StaffMember::default()
    }
}

fn device_line(device: Device) -> wire::Device {
    let state = match device.standing {
        Standing::Pending => wire::device::State::Pending,
        Standing::Active => wire::device::State::Active,
        Standing::Revoked => wire::device::State::Revoked,
    };
    let words = if device.standing == Standing::Pending {
        device.words.split(' ').map(str::to_owned).collect()
    } else {
        Vec::new()
    };
    wire::Device {
        device: device.id.to_vec(),
        staff: device.staff.to_vec(),
        label: device.label,
        state: state.into(),
        words,
        enrolled_at: device.enrolled_at,
        last_seen: device.last_seen,
        unsent: device.unsent,
        app_version: device.app_version,
        revoked_at: device.revoked_at,
        wiped_at: device.wiped_at,
        ..wire::Device::default()
    }
}

/// `POST /v1/invites`, for a new member or for a further device of one.
pub(super) async fn invite(
    app: Arc<App>,
    asker: Asker<InviteResponder>,
    body: Bytes,
) -> Result<Vec<u8>, Problem> {
    let ask: wire::NewInvite = read(&body)?;
    let secret = clock::random::<16>().map_err(|_| Problem::BROKEN)?;
    let (fresh, now) = (
        clock::random::<16>().map_err(|_| Problem::BROKEN)?,
        asker.now,
    );
    let new = if ask.staff.is_empty() {
        Some(member(fresh, ask.clone())?)
    } else {
        None
    };
    let existing = if new.is_none() {
        Some(id(&ask.staff)?)
    } else {
        None
    };
    let invite = app
        .store
        .write(move |work| {
            let member = match (&new, &existing) {
                (Some(member), _) => member.clone(),
                (None, Some(existing)) => {
                    staff::find(work.tx, existing)?.ok_or(Problem::NOT_FOUND)?
                }
                (None, None) => return Err(Problem::INVALID),
            };
            let leads = |number: &i32| {
                matches!(
                    rights::role(*number),
                    Some(Role::Chair | Role::AlternateChair)
                )
            };
            if member.roles.iter().any(leads) {
                asker.also::<InviteLead>().permit(work.tx, None, None)?;
            } else {
                asker.permit(work.tx, None, None)?;
            }
            if new.is_some() {
                staff::insert(work.tx, &member, now)?;
            }
            let invite = Invite {
                hash: Sha256::digest(secret).into(),
                staff: member.id,
                made_by: Some(asker.staff),
                ends_at: now + invites::LIFE,
                needs_words: true,
            };
            invites::insert(work.tx, &invite, now)?;
            let made = Entry {
                person: Some(member.id),
                ..asker.entry(What::InviteMade)
            };
            note(work.tx, &made, now)?;
            Ok::<_, Problem>(invite)
        })
        .await?;
    let answer = wire::Invite {
        secret: secret.to_vec(),
        ends_at: invite.ends_at,
        staff: invite.staff.to_vec(),
    };
    Ok(answer.encode_to_vec())
}

/// A new member as typed into the form.
fn member(id: [u8; 16], ask: wire::NewInvite) -> Result<Member, Problem> {
    let name = ask.name.trim().to_owned();
    let fits = |text: &str, most: usize| {
        text.chars().count() <= most && !text.chars().any(char::is_control)
    };
    let mut roles = ask.roles;
    roles.sort_unstable();
    roles.dedup();
    let known = !roles.is_empty() && roles.iter().all(|number| rights::role(*number).is_some());
    if name.is_empty()
        || !fits(&name, 60)
        || !fits(&ask.badge_label, 20)
        || !fits(&ask.phone, 30)
        || !known
    {
        return Err(Problem::INVALID);
    }
    let device_letter = staff::letter_of(&name);
    Ok(Member {
        id,
        name,
        badge_label: ask.badge_label,
        phone: ask.phone,
        device_letter,
        roles,
    })
}

/// `POST /v1/devices/confirm`: the four words match.
pub(super) async fn confirm(
    app: Arc<App>,
    asker: Asker<ConfirmDevice>,
    body: Bytes,
) -> Result<Vec<u8>, Problem> {
    let device = named(&body)?;
    app.store
        .write(move |work| {
            let waits = devices::find(work.tx, &device)?.ok_or(Problem::NOT_FOUND)?;
            let permit = asker.permit_letting_in(work.tx, &waits)?;
            if !devices::confirm(work.tx, &permit, &device, asker.now)? {
                return Err(Problem::NOT_FOUND);
            }
            let confirmed = Entry {
                about_device: Some(device),
                ..asker.entry(What::DeviceConfirmed)
            };
            note(work.tx, &confirmed, asker.now)?;
            // It may be the second lead's.
            opening::open_if_ready(work.tx, asker.now)?;
            Ok(())
        })
        .await?;
    tracing::info!(device.id = %crate::hex::encode(&device), "a lead let a device in");
    Ok(wire::Empty {}.encode_to_vec())
}

/// `POST /v1/devices/revoke` cuts off a device, at once.
///
/// Safe to repeat: the first call decides since when.
pub(super) async fn revoke(
    app: Arc<App>,
    asker: Asker<RevokeDevice>,
    body: Bytes,
) -> Result<Vec<u8>, Problem> {
    let device = named(&body)?;
    app.store
        .write(move |work| {
            let owner = owner(work.tx, &asker, &device)?;
            let permit = asker.permit(work.tx, None, Some(&owner))?;
            if devices::revoke(work.tx, &permit, &device, asker.now)? {
                let revoked = Entry {
                    about_device: Some(device),
                    ..asker.entry(What::DeviceRevoked)
                };
                note(work.tx, &revoked, asker.now)?;
            }
            Ok::<_, Problem>(())
        })
        .await?;
    app.hub.revoked(device);
    tracing::info!(device.id = %crate::hex::encode(&device), "cut off a device");
    Ok(wire::Empty {}.encode_to_vec())
}

fn named(body: &[u8]) -> Result<[u8; 16], Problem> {
    id(&read::<wire::DeviceRef>(body)?.device)
}

/// Whose device it is; unknown devices belong to nobody, and nobody may act on them.
fn owner<A: Act>(conn: &Book<'_>, _: &Asker<A>, device: &[u8; 16]) -> Result<[u8; 16], Problem> {
    Ok(devices::find(conn, device)?
        .ok_or(Problem::NOT_FOUND)?
        .staff)
}
