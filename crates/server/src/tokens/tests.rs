use super::*;

const NOON: u64 = 1_790_000_000_000;
const NOOR: [u8; 16] = [1; 16];
const PHONE: [u8; 16] = [2; 16];
const EPOCH: [u8; 16] = [3; 16];

fn tokens(seed: u8, event: u8) -> Tokens {
    Tokens::new(&[seed; 32], &[event; 16]).unwrap()
}

#[test]
fn a_token_names_its_bearer_for_ten_minutes() {
    let tokens = tokens(1, 1);
    let (token, ends_at) = tokens.issue(&PHONE, &NOOR, &EPOCH, NOON).unwrap();

    let bearer = Bearer {
        device: PHONE,
        staff: NOOR,
        ends_at,
    };
    assert_eq!(tokens.check(&token, NOON), Some(bearer));
    assert_eq!(tokens.check(&token, ends_at - 1), Some(bearer));
    assert_eq!(tokens.check(&token, ends_at + LEEWAY * 1_000), None);
    assert_eq!(tokens.check(&token, NOON - LEEWAY * 1_000 - 1_000), None);
}

#[test]
fn a_token_of_another_event_or_another_key_names_nobody() {
    let (token, _) = tokens(1, 1).issue(&PHONE, &NOOR, &EPOCH, NOON).unwrap();

    assert_eq!(tokens(1, 2).check(&token, NOON), None);
    assert_eq!(tokens(2, 1).check(&token, NOON), None);
}

#[test]
fn a_token_that_says_how_it_wants_to_be_checked_is_not_asked() {
    let (token, _) = tokens(1, 1).issue(&PHONE, &NOOR, &EPOCH, NOON).unwrap();
    let rest = token.split_once('.').unwrap().1;
    // {"typ":"at+jwt","alg":"none"}
    let forged = format!("eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJub25lIn0.{rest}");

    assert_eq!(tokens(1, 1).check(&forged, NOON), None);
    assert_eq!(tokens(1, 1).check(&token[..token.len() - 2], NOON), None);
}

/// Everything that has ever been tried on a verifier of tokens, signed with the
/// server's own key wherever a signature is not the point.
#[test]
fn of_all_the_tokens_that_others_would_make_none_names_anybody() {
    let ours = tokens(1, 1);
    let (good, ends_at) = ours.issue(&PHONE, &NOOR, &EPOCH, NOON).unwrap();
    assert!(ours.check(&good, NOON).is_some());
    let head = r#"{"typ":"at+jwt","alg":"EdDSA"}"#;
    let (iat, exp) = (NOON / 1_000, ends_at / 1_000);
    let event = hex::encode(&[1_u8; 16]);
    let claims = |change: &dyn Fn(&mut serde_json::Map<String, serde_json::Value>)| {
        let mut claims = serde_json::json!({
            "iss": ISSUER, "aud": event, "sub": hex::encode(&NOOR), "did": hex::encode(&PHONE),
            "epoch": hex::encode(&EPOCH), "iat": iat, "nbf": iat, "exp": exp,
        });
        change(claims.as_object_mut().unwrap());
        claims.to_string()
    };
    let plain = claims(&|_| {});
    // The table starts from a token that is good.
    assert!(ours.check(&signed(1, head, &plain), NOON).is_some());

    let mut bad: Vec<(String, String)> = Vec::new();
    let heads = [
        r#"{"typ":"at+jwt","alg":"none"}"#,
        r#"{"typ":"at+jwt","alg":"None"}"#,
        r#"{"typ":"at+jwt","alg":"nOnE"}"#,
        r#"{"typ":"at+jwt","alg":""}"#,
        r#"{"typ":"at+jwt"}"#,
        r#"{"typ":"at+jwt","alg":null}"#,
        r#"{"typ":"at+jwt","alg":"HS256"}"#,
        r#"{"typ":"at+jwt","alg":"HS512"}"#,
        r#"{"typ":"at+jwt","alg":"RS256"}"#,
        r#"{"typ":"at+jwt","alg":"PS256"}"#,
        r#"{"typ":"at+jwt","alg":"ES256"}"#,
        r#"{"typ":"at+jwt","alg":"ES384"}"#,
        r#"{"typ":"at+jwt","alg":"Ed25519"}"#,
        r#"{"typ":"at+jwt","alg":["EdDSA"]}"#,
        r#"{"typ":"JWT","alg":"EdDSA"}"#,
        r#"{"alg":"EdDSA"}"#,
        r#"{"alg":"EdDSA","typ":"at+jwt"}"#,
        r#"{"typ":"at+jwt","alg":"EdDSA","kid":"other"}"#,
        r#"{"typ":"at+jwt","alg":"EdDSA","kid":"../../dev/null"}"#,
        r#"{"typ":"at+jwt","alg":"EdDSA","jku":"https://elsewhere.example/keys"}"#,
        r#"{"typ":"at+jwt","alg":"EdDSA","jwk":{"kty":"OKP","crv":"Ed25519","x":"AAAA"}}"#,
        r#"{"typ":"at+jwt","alg":"EdDSA","x5u":"https://elsewhere.example/chain"}"#,
        r#"{"typ":"at+jwt","alg":"EdDSA","crit":["exp"]}"#,
        r#"{"typ":"at+jwt","alg":"EdDSA","b64":false}"#,
        r#"{"typ":"at+jwt","alg":"EdDSA","alg":"none"}"#,
        r#"{"typ":"at+jwt","alg":"none","alg":"EdDSA"}"#,
        r#"{"typ":"at+jwt","alg":"EdDSA"} "#,
        r#"[]"#,
        "",
    ];
    for other in heads {
        bad.push((other.to_owned(), signed(1, other, &plain)));
    }
    let hmac = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &public(1));
    let said = format!("{}.{}", url64(heads[6].as_bytes()), url64(plain.as_bytes()));
    let mark = aws_lc_rs::hmac::sign(&hmac, said.as_bytes());
    bad.push((
        "our public key, used as a shared secret".to_owned(),
        format!("{said}.{}", url64(mark.as_ref())),
    ));

    for name in ["iss", "aud", "sub", "did", "epoch", "iat", "nbf", "exp"] {
        let without = claims(&|claims| {
            claims.remove(name);
        });
        bad.push((format!("no {name}"), signed(1, head, &without)));
        for wrong in ["null", "true", "[]", "{}", "\"\"", "-1", "1.5", "[1]"] {
            let wrong_type = claims(&|claims| {
                claims.insert(name.to_owned(), serde_json::from_str(wrong).unwrap());
            });
            bad.push((format!("{name}: {wrong}"), signed(1, head, &wrong_type)));
        }
        // Twice: which of the two counts is for nobody to choose.
        let value = serde_json::from_str::<serde_json::Value>(&plain).unwrap()[name].to_string();
        let twice = plain.replacen('{', &format!("{{\"{name}\":{value},"), 1);
        bad.push((format!("{name} twice"), signed(1, head, &twice)));
    }
    for (name, value) in [
        ("exp", "9223372036854775808"),
        ("exp", "18446744073709551615"),
        ("exp", "18446744073709551616"),
        ("exp", "1e30"),
        ("exp", "\"4102444800\""),
        ("exp", "4102444800"),
        ("iat", "18446744073709551615"),
        ("nbf", "18446744073709551615"),
        ("nbf", "0"),
        ("iat", "0"),
        ("iss", "\"elsewhere\""),
        ("iss", "[\"safehall\"]"),
        ("aud", "\"00000000000000000000000000000000\""),
        ("aud", "[\"01010101010101010101010101010101\"]"),
        ("did", "\"02\""),
        ("did", "\"zz020202020202020202020202020202\""),
        ("sub", "\"0101010101010101010101010101010101\""),
    ] {
        let changed = claims(&|claims| {
            let value = serde_json::from_str(value).unwrap_or(serde_json::Value::Null);
            claims.insert(name.to_owned(), value);
        });
        bad.push((format!("{name}: {value}"), signed(1, head, &changed)));
    }
    let roles = claims(&|claims| {
        claims.insert("roles".to_owned(), serde_json::json!(["chair"]));
    });
    bad.push(("a role of one's own".to_owned(), signed(1, head, &roles)));
    bad.push(("another key".to_owned(), signed(2, head, &plain)));
    bad.push(("no JSON".to_owned(), signed(1, head, "mine")));
    bad.push((
        "too long".to_owned(),
        signed(1, head, &format!("{plain}{}", " ".repeat(2_000))),
    ));

    let parts: Vec<&str> = good.split('.').collect();
    let [h, c, s] = parts.as_slice() else {
        panic!("three parts")
    };
    for (name, token) in [
        ("nothing", String::new()),
        ("dots", "..".to_owned()),
        ("no signature", format!("{h}.{c}.")),
        ("two parts", format!("{h}.{c}")),
        ("four parts", format!("{good}.{s}")),
        ("padding", format!("{h}.{c}.{s}==")),
        ("a blank in front", format!(" {good}")),
        ("a blank behind", format!("{good} ")),
        ("a line break", format!("{h}\n.{c}.{s}")),
        ("the head twice", format!("{h}.{h}.{s}")),
        ("upper case", good.to_ascii_uppercase()),
        ("not ASCII", format!("{h}.{c}.{s}\u{e9}")),
    ] {
        bad.push((name.to_owned(), token));
    }

    let accepted: Vec<&String> = bad
        .iter()
        .filter(|(_, token)| ours.check(token, NOON).is_some())
        .map(|(name, _)| name)
        .collect();
    println!("{} bad tokens, {} accepted", bad.len(), accepted.len());
    assert!(bad.len() >= 40);
    assert!(accepted.is_empty(), "{accepted:?}");
}

/// Each bit of a good token, turned round.
#[test]
fn a_token_with_one_bit_changed_names_nobody() {
    let ours = tokens(1, 1);
    let (good, _) = ours.issue(&PHONE, &NOOR, &EPOCH, NOON).unwrap();
    for at in 0..good.len() * 8 {
        let mut bytes = good.clone().into_bytes();
        bytes[at / 8] ^= 1 << (at % 8);
        if let Ok(token) = String::from_utf8(bytes) {
            assert_eq!(ours.check(&token, NOON), None, "bit {at}");
        }
    }
}

fn public(seed: u8) -> Vec<u8> {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
    pair.public_key().as_ref().to_vec()
}

/// A token that says anything, with a signature that is right.
fn signed(seed: u8, head: &str, claims: &str) -> String {
    let said = format!("{}.{}", url64(head.as_bytes()), url64(claims.as_bytes()));
    let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
    format!("{said}.{}", url64(pair.sign(said.as_bytes()).as_ref()))
}

/// Base64 as tokens use it: RFC 4648, section 5, without padding.
fn url64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let wide = three
            .iter()
            .fold(0_u32, |wide, byte| wide << 8 | u32::from(*byte));
        let wide = wide << (8 * (3 - three.len()));
        for letter in 0..=three.len() {
            let six = wide >> (18 - 6 * letter) & 63;
            text.push(LETTERS[usize::try_from(six).unwrap()] as char);
        }
    }
    text
}
