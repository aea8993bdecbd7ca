//! The event pack as devices get it.

use safehall_core::pack::{self, Pack, Who};
use safehall_sync::wire;
use sha2::{Digest as _, Sha256};

use crate::clock::counted;

/// The pack as devices get it: everything but the team.
pub(super) fn to_wire(pack: &Pack, event: &[u8; 16]) -> wire::Pack {
    let place = |place: &pack::Place| wire::Place {
        id: place.id.clone(),
        name: place.name.clone(),
    };
    wire::Pack {
        event: event.to_vec(),
        name: pack.name.clone(),
        community: pack.community.clone(),
        time_zone: pack.time_zone.clone(),
        starts_at: counted(pack.starts_at.0),
        ends_at: counted(pack.ends_at.0),
        venue: Some(wire::Venue {
            name: pack.venue.name.clone(),
            address: pack.venue.address.clone(),
        }),
        rooms: pack.rooms.iter().map(place).collect(),
        quiet_rooms: pack.quiet_rooms.iter().map(place).collect(),
        languages: pack.languages.clone(),
        policy: Some(wire::Policy {
            title: pack.policy.title.clone(),
            author: pack.policy.author.clone(),
            version: pack.policy.version.clone(),
            sha256: Sha256::digest(pack.policy.text.as_bytes()).to_vec(),
            text: pack.policy.text.clone(),
            source: pack.policy.source.clone(),
            licence: pack.policy.licence.clone(),
        }),
        procedure_id: pack.procedure.clone(),
        steps: pack.steps.iter().map(step).collect(),
        categories: pack.categories.iter().map(code).collect(),
        sanctions: pack.sanctions.iter().map(sanction).collect(),
        contacts: pack.contacts.iter().map(contact).collect(),
        emergency: pack.emergency.iter().map(emergency).collect(),
        appeal: pack.appeal.as_ref().map(|appeal| wire::Appeal {
            name: appeal.name.clone(),
            contact: appeal.contact.clone(),
            days: appeal.days,
        }),
        targets: Some(wire::Targets {
            chair_told: pack.targets.chair_told,
            chair_told_alert: pack.targets.chair_told_alert,
            meeting: pack.targets.meeting,
            follow_up: pack.targets.follow_up,
        }),
        sentences: pack.sentences.iter().map(sentence).collect(),
        drill: pack.drill,
        talks: pack.talks.iter().map(talk).collect(),
        channels: pack.channels.iter().map(channel).collect(),
        retention: pack.retention.map(|retention| wire::Retention {
            months: retention.months,
            months_after_appeal: retention.months_after_appeal,
        }),
        lineage: pack.lineage.clone(),
        minors: pack.minors.clone(),
        translations: pack.translations.iter().map(translation).collect(),
        // The running server adds its key to what it hands out.
        carry_key: Vec::new(),
        carry_signature: Vec::new(),
    }
}

fn code(code: &pack::Code) -> wire::Code {
    wire::Code {
        code: code.code.clone(),
        title: code.title.clone(),
    }
}

fn sentence(sentence: &pack::Sentence) -> wire::Sentence {
    wire::Sentence {
        id: sentence.id.clone(),
        text: sentence.text.clone(),
    }
}

fn channel(channel: &pack::Channel) -> wire::Channel {
    wire::Channel {
        id: channel.id.clone(),
        name: channel.name.clone(),
    }
}

fn talk(talk: &pack::Talk) -> wire::Talk {
    wire::Talk {
        id: talk.id.clone(),
        title: talk.title.clone(),
        room: talk.room.clone(),
        from: counted(talk.from.0),
        to: counted(talk.to.0),
    }
}

fn step(step: &pack::Step) -> wire::Step {
    let who = match step.who {
        Who::Anyone => wire::step::Who::Anyone,
        Who::Responder => wire::step::Who::Responder,
        Who::Chair => wire::step::Who::Chair,
        Who::Delegate => wire::step::Who::Delegate,
    };
    wire::Step {
        code: step.code.clone(),
        title: step.title.clone(),
        say: step.say.clone(),
        do_not: step.do_not.clone(),
        who: who.into(),
        when: step.when.clone(),
        seed_ref: step.seed_ref.clone(),
        explain: step.explain.clone(),
    }
}

fn sanction(sanction: &pack::Sanction) -> wire::Sanction {
    wire::Sanction {
        code: sanction.code.clone(),
        title: sanction.title.clone(),
        params: sanction
            .params
            .iter()
            .map(|param| param.name().to_owned())
            .collect(),
        needs: sanction.needs.clone(),
        seed_ref: sanction.seed_ref.clone(),
        carried_out_by: sanction.carried_out_by.clone(),
    }
}

fn contact(contact: &pack::Contact) -> wire::Contact {
    wire::Contact {
        name: contact.name.clone(),
        role: contact.role.clone(),
        phone: contact.phone.clone(),
        email: contact.email.clone(),
        for_attendees: contact.for_attendees,
        urgent: contact.urgent,
        outside: contact.outside,
    }
}

fn emergency(number: &pack::EmergencyNumber) -> wire::EmergencyNumber {
    wire::EmergencyNumber {
        label: number.label.clone(),
        number: number.number.clone(),
        note: number.note.clone(),
        police: number.police,
    }
}

fn translation(translation: &pack::Translation) -> wire::Translation {
    let step = |step: &pack::StepTexts| wire::Step {
        code: step.code.clone(),
        title: step.title.clone(),
        say: step.say.clone(),
        do_not: step.do_not.clone(),
        explain: step.explain.clone(),
        ..wire::Step::default()
    };
    let sanction = |sanction: &pack::SanctionTexts| wire::Sanction {
        code: sanction.code.clone(),
        title: sanction.title.clone(),
        needs: sanction.needs.clone(),
        carried_out_by: sanction.carried_out_by.clone(),
        ..wire::Sanction::default()
    };
    let emergency = |number: &pack::EmergencyTexts| wire::EmergencyNumber {
        number: number.number.clone(),
        label: number.label.clone(),
        note: number.note.clone(),
        ..wire::EmergencyNumber::default()
    };
    let contact = |contact: &pack::ContactText| wire::ContactText {
        own: contact.own.clone(),
        text: contact.text.clone(),
    };
    wire::Translation {
        language: translation.language.clone(),
        steps: translation.steps.iter().map(step).collect(),
        categories: translation.categories.iter().map(code).collect(),
        sanctions: translation.sanctions.iter().map(sanction).collect(),
        sentences: translation.sentences.iter().map(sentence).collect(),
        channels: translation.channels.iter().map(channel).collect(),
        emergency: translation.emergency.iter().map(emergency).collect(),
        minors: translation.minors.clone(),
        contacts: translation.contacts.iter().map(contact).collect(),
    }
}
