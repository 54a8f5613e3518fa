//! Letters of languages beyond the English alphabet, most frequent first.
//!
//! A text is in one language, so letters of unrelated languages speak against a reading: Icelandic read in a
//! Central European encoding has the Croatian đ beside the Romanian ţ. The frequency of a language's unaccented
//! letters counts too, because it suggests which other letters to expect. Written by hand, like
//! [`crate::language::common`]: the order is approximate, no corpus was counted.

use crate::language::Language::{
    self, Belarusian, Bulgarian, Czech, Esperanto, Finnic, French, Gaelic, German, Hungarian,
    Icelandic, Italian, Kazakh, Latvian, Lithuanian, Maltese, Nordic, Polish, Portuguese, Romanian,
    Serbian, Slovak, SouthSlavic, Spanish, Turkish, Ukrainian, Vietnamese, Welsh,
};

/// The letters of a language.
pub(crate) struct Alphabet {
    pub(crate) language: Language,
    /// Its ASCII letters and the space; it has no others.
    pub(crate) plain: &'static str,
    /// Its other letters.
    pub(crate) own: &'static str,
    /// The cost of the first of these in bits, and the increment for each further one.
    pub(crate) cost: (f64, f64),
}

const fn alphabet(
    language: Language,
    plain: &'static str,
    own: &'static str,
    cost: (f64, f64),
) -> Alphabet {
    Alphabet { language, plain, own, cost }
}

/// Languages in Latin letters.
pub(crate) const LATIN: [Alphabet; 23] = [
    alphabet(French, " esaitnrulodcpmvqfbghjxyzkw", "éàèêçôùîâûïœëü", (5.8, 0.45)),
    alphabet(German, " enisratdhulcgmobwfkzvpjyxq", "üäöß", (7.2, 0.4)),
    alphabet(Spanish, " eaosrnidlctumpbgvyqhfzjxkw", "óíáéñúü", (6.5, 0.45)),
    alphabet(Portuguese, " aeosrindmutclpvghqbfzjxkyw", "ãçéáíóêõúâàôü", (6.3, 0.35)),
    alphabet(Italian, " eaionlrtscdupmvghfbqzjkwxy", "èàùòéìî", (6.9, 0.5)),
    alphabet(Nordic, " enratdsilogmkvfhupbyjcwxzq", "åäöøæé", (5.7, 0.3)),
    alphabet(Finnic, " aitesnlukomdrvhjpgyfbcwzxq", "äõüöšžå", (5.0, 0.7)),
    alphabet(Icelandic, " anriestulgmkfhvdjopybxczwq", "ðáíþóöæúéýø", (4.8, 0.3)),
    alphabet(Gaelic, " ainhesrdctlogumbfpvkjwxyzq", "áàíéóúòìùè", (5.6, 0.25)),
    alphabet(Welsh, " adneyriolwhgtfsmcubpjkqvxz", "ŵâôêŷîïáéö", (7.0, 0.4)),
    alphabet(Polish, " iaeoznrwsctkydpmujlgbhfxqv", "łęąóżśćńź", (5.6, 0.45)),
    alphabet(Czech, " oeantilvsrkdpmuzjychbgfxwq", "íáéěřčžýšůúťňóďöü", (5.0, 0.25)),
    alphabet(Slovak, " aoeinsvtrlkdpmuczhybjgfxwq", "áíčýžéšúťľôďňóäĺŕ", (5.0, 0.25)),
    alphabet(SouthSlavic, " aioenrjstvukdmlpzbghcfyxwq", "čšžćđ", (6.6, 0.4)),
    alphabet(Romanian, " eiartnulocsdpmvfbgzhjxkywq", "ăîşţâșț", (5.2, 0.4)),
    alphabet(Hungarian, " etalnskriomgzdvbyhjpufcxwq", "áéöőóíüűú", (4.9, 0.45)),
    alphabet(Turkish, " aeinrlkdmtyusobghczpvfjxwq", "ıüşçğöİâîû", (4.6, 0.4)),
    alphabet(Latvian, " aisterunkmolpdvzjbgcfhxywq", "āīēšūņžģļčķōŗ", (4.9, 0.4)),
    alphabet(Lithuanian, " iastoenrukmldpvgjbyzcfhxwq", "ėšųįžūąęč", (5.8, 0.3)),
    alphabet(Esperanto, " aieonlsrtkjudmpvgfbczhyxwq", "ĉŝĝŭĵĥ", (7.2, 0.5)),
    alphabet(Maltese, " ailtenmurhsfkjbwdpgqxzvoyc", "ħġżċàùèìò", (6.0, 0.6)),
    alphabet(
        Vietnamese,
        " nhtcigaoumlrdvpebsykqxfjwz",
        "\u{301}\u{300}\u{323}đưôơ\u{309}\u{303}êâăàáéóèíúùãõ",
        (4.6, 0.3),
    ),
    alphabet(Language::Albanian, " etirnasjhkmulodpvgfbqyzcxw", "ëç", (4.0, 4.0)),
];

/// Those of Cyrillic letters beside the Russian one.
pub(crate) const CYRILLIC: [Alphabet; 5] = [
    alphabet(Ukrainian, " ", "оанивіетрслкудмпязгьбчхцюйїжєщшфґ", (3.2, 0.17)),
    alphabet(Belarusian, " ", "анеіоярслтудкпзвымьцгбйюёчэхжшўф’щ", (3.1, 0.17)),
    alphabet(Bulgarian, " ", "аиоетнрсвлпкдмзуяъбгчцйжщхшфюь", (3.2, 0.17)),
    alphabet(Serbian, " ", "аоиенрстјувкдпмлзбгчшцжљњхћђфџѓќѕ", (3.2, 0.17)),
    alphabet(Kazakh, " ", "аентрылдісқбкмогжпиушүңөзғйұвәяхһчюцщфэъьё", (3.2, 0.16)),
];
