//! Looks at tokens as text: a hash of the source, names of types, mentions of
//! `Self`.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// Where a hash starts.
pub(crate) const SEED: u64 = 0xcbf2_9ce4_8422_2325;

/// Goes on with an FNV-1a hash over tokens, which is the same for the same code
/// however it is laid out.
pub(crate) fn hash(hash: u64, tokens: TokenStream) -> u64 {
    tokens.into_iter().fold(hash, |hash, tree| match tree {
        TokenTree::Group(group) => {
            let (open, close) = delimiters(group.delimiter());
            let inside = self::hash(feed_text(hash, open), group.stream());
            feed_text(inside, close)
        }
        other => feed_text(hash, &other.to_string()),
    })
}

fn feed_text(hash: u64, text: &str) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let separated = text.bytes().chain([0xff]);
    separated.fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

/// A type as one would write it, whichever compiler prints it.
pub(crate) fn type_name(ty: &impl ToTokens) -> String {
    let mut text = String::new();
    write(ty.to_token_stream(), &mut text);
    text.trim_end().replace("  ", " ")
}

fn write(tokens: TokenStream, text: &mut String) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = delimiters(group.delimiter());
                text.push_str(open);
                write(group.stream(), text);
                text.push_str(close);
            }
            TokenTree::Punct(punct) => match (punct.as_char(), punct.spacing()) {
                ('-', Spacing::Joint) => text.push_str(" -"),
                ('>', _) if text.ends_with('-') => text.push_str("> "),
                (',', _) => text.push_str(", "),
                (';', _) => text.push_str("; "),
                (sign @ ('+' | '='), _) => {
                    text.push(' ');
                    text.push(sign);
                    text.push(' ');
                }
                (sign, _) => text.push(sign),
            },
            word @ (TokenTree::Ident(_) | TokenTree::Literal(_)) => {
                if ends_in_word(text) {
                    text.push(' ');
                }
                text.push_str(&word.to_string());
            }
        }
    }
}

/// Whether another word has to be set apart; a lifetime is a word too.
fn ends_in_word(text: &str) -> bool {
    text.ends_with(|last: char| last.is_alphanumeric() || last == '_')
}

fn delimiters(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    }
}

/// Whether a signature names `Self`.
pub(crate) fn names_self(tokens: TokenStream) -> bool {
    mentions(tokens, "Self")
}

/// Whether a word stands anywhere in the tokens.
pub(crate) fn mentions(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => mentions(group.stream(), word),
        _ => false,
    })
}

/// Whether a body uses the `Self` of an enclosing `impl` or `trait`; items
/// inside of it that have a `Self` of their own do not count.
pub(crate) fn uses_outer_self(body: TokenStream) -> bool {
    const OWN_SELF: [&str; 5] = ["impl", "trait", "struct", "enum", "union"];
    let mut own_self = false;
    for tree in body {
        match tree {
            TokenTree::Ident(word) if word == "Self" && !own_self => return true,
            TokenTree::Ident(word) if OWN_SELF.iter().any(|item| word == item) => own_self = true,
            TokenTree::Punct(punct) if punct.as_char() == ';' => own_self = false,
            TokenTree::Group(group) => {
                if !own_self && uses_outer_self(group.stream()) {
                    return true;
                }
                if group.delimiter() == Delimiter::Brace {
                    own_self = false;
                }
            }
            _ => {}
        }
    }
    false
}
