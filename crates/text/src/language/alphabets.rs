//! The letters of languages that are written with more than the English ones, commonest first.
//!
//! A text is in one language, so letters of two that have little in common speak against a
//! reading: Icelandic read as an encoding of Central Europe has the đ of Croatia beside the ţ of
//! Romania. How common a language's plain letters are counts too, as they say which of the others
//! to expect. Written by hand, like [`crate::language::common`]: the order is rough and nothing was counted.

use crate::language::Language::{
    self, Bulgarian, Czech, Esperanto, Finnic, French, Gaelic, German, Hungarian, Icelandic,
    Italian, Kazakh, Latvian, Lithuanian, Maltese, Nordic, Polish, Portuguese, Romanian, Serbian,
    SouthSlavic, Spanish, Turkish, Ukrainian, Vietnamese, Welsh,
};

/// What a language is written with.
pub(crate) struct Alphabet {
    pub(crate) language: Language,
    /// The plain letters and the space. What is left out, the language does not have.
    pub(crate) plain: &'static str,
    /// Letters that are not ASCII.
    pub(crate) own: &'static str,
    /// What the first of these costs in bits, and how much more each further one.
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

/// Those of Latin letters.
pub(crate) const LATIN: [Alphabet; 22] = [
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
    alphabet(Czech, " oeantilvsrkdpmuzjychbgfxwq", "íáéěřčžýšůúľťňóďäôĺŕöü", (5.0, 0.25)),
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
    alphabet(Language::Albanian, " etirnasjhkmulodpvgfbqyzcxw", "ëç", (4.8, 2.0)),
];

/// Those of Cyrillic letters beside the Russian one.
pub(crate) const CYRILLIC: [Alphabet; 4] = [
    alphabet(Ukrainian, " ", "оанивіетрслкудмпязгьбчхцюйїжєщшфґ", (3.2, 0.17)),
    alphabet(Bulgarian, " ", "аиоетнрсвлпкдмзуяъбгчцйжщхшфюь", (3.2, 0.17)),
    alphabet(Serbian, " ", "аоиенрстјувкдпмлзбгчшцжљњхћђфџѓќѕ", (3.2, 0.17)),
    alphabet(Kazakh, " ", "аентрылдісқбкмогжпиушүңөзғйұвәяхһчюцщфэъьё", (3.2, 0.16)),
];
