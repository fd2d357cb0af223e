"""The common words for emotions, and what corpora and languages call them."""

import re
import unicodedata

from sersk.utils._names import plain_name

# The common words. Every other name of an emotion is a variant of one of them.
EMOTIONS = (
    *("anger", "boredom", "calm", "contempt", "disgust"),
    *("fear", "happiness", "neutral", "sadness", "surprise"),
)

# Variants by language, parted by commas. Codes of one letter are left out: A is anger in one
# corpus and fear in the next. So are words that corpora keep apart from the emotion (anxiety,
# annoyance, amusement), and words that lead to different emotions in different languages.
_VARIANTS = {
    "anger": {
        "codes": "ang, rab",
        "English": "anger, angry, rage, fury, furious, mad, hot anger, cold anger",
        "German": "Ärger, ärgerlich, verärgert, Wut, wütend, Zorn, zornig",
        "Italian": "rabbia, arrabbiato, arrabbiata, ira, collera",
        "Spanish": "enojo, enojado, enojada, enfado, enfadado, enfadada, rabia, cólera, furia",
        "French": "colère, en colère, fâché, fâchée",
        "Portuguese": "raiva, zangado, zangada",
        "Polish": "złość, gniew, wściekłość",
        "Dutch": "boos, boosheid, woede, woedend, kwaad",
        "Turkish": "öfke, öfkeli, kızgın, kızgınlık, sinirli",
        "Russian": "гнев, злость, злой, gnev, zlost",
        "Chinese": "愤怒, 憤怒, 生气, 生氣, fennu, shengqi",
        "Japanese": "怒り, いかり, ikari",
        "Persian": "خشم, عصبانیت, khashm, asabaniyat",
        "Urdu": "غصہ, ghussa, gussa",
    },
    "boredom": {
        "English": "boredom, bored",
        "German": "Langeweile, gelangweilt",
        "Italian": "noia, annoiato, annoiata",
        "Spanish": "aburrimiento, aburrido, aburrida",
        "French": "ennui, ennuyé, ennuyée",
        "Portuguese": "tédio, entediado, entediada",
        "Polish": "nuda, znudzenie, znudzony, znudzona",
        "Dutch": "verveling, verveeld",
        "Turkish": "can sıkıntısı",
        "Russian": "скука, skuka",
        "Chinese": "无聊, 無聊, wuliao",
        "Japanese": "退屈, taikutsu",
        "Urdu": "بوریت",
    },
    "calm": {
        "codes": "cal",
        "English": "calm, calmness, tranquil",
        "German": "ruhig, Ruhe, gelassen, Gelassenheit",
        "Italian": "calma, calmo, tranquillo, tranquilla",
        "Spanish": "calmado, calmada, tranquilo, tranquila, tranquilidad",
        "French": "calme",
        "Portuguese": "calma, calmo",
        "Polish": "spokój, spokojny, spokojna",
        "Dutch": "kalm, kalmte, rustig",
        "Turkish": "sakin, sakinlik",
        "Russian": "спокойствие, спокойный, спокойно, spokoystvie, spokoistvie",
        "Chinese": "平静, 平靜, 冷静, 冷靜, pingjing, lengjing",
        "Japanese": "落ち着き, ochitsuki",
        "Persian": "آرامش, آرام, aramesh",
        "Urdu": "پرسکون",
    },
    "contempt": {
        "English": "contempt, contemptuous, disdain, disdainful, scorn",
        "German": "Verachtung, verächtlich",
        "Italian": "disprezzo",
        "Spanish": "desprecio",
        "French": "mépris",
        "Portuguese": "desprezo",
        "Polish": "pogarda",
        "Dutch": "minachting",
        "Turkish": "küçümseme",
        "Russian": "презрение, prezrenie",
        "Chinese": "轻蔑, 輕蔑, 蔑视, 蔑視, qingmie, mieshi",
        "Japanese": "軽蔑, keibetsu",
        "Urdu": "حقارت",
    },
    "disgust": {
        "codes": "dis",
        "English": "disgust, disgusted",
        "German": "Ekel, angeekelt, angewidert",
        "Italian": "disgusto, disgustato, disgustata",
        "Spanish": "asco, repugnancia",
        "French": "dégoût, dégoûté, dégoûtée",
        "Portuguese": "nojo, repugnância",
        "Polish": "wstręt, obrzydzenie, odraza",
        "Dutch": "walging, afkeer",
        "Turkish": "iğrenme, tiksinti, tiksinme",
        "Russian": "отвращение, otvrashchenie, otvraschenie",
        "Chinese": "厌恶, 厭惡, yanwu",
        "Japanese": "嫌悪, 嫌悪感, ken'o",
        "Persian": "انزجار, enzejar",
        "Urdu": "کراہت, گھن",
    },
    "fear": {
        "codes": "fea, pau",
        "English": "fear, fearful, afraid, scared, frightened, terror, terrified",
        "German": "Angst, ängstlich, Furcht",
        "Italian": "paura, impaurito, impaurita, spaventato, spaventata",
        "Spanish": "miedo, temor, asustado, asustada",
        "French": "peur, effrayé, effrayée, apeuré, apeurée",
        "Portuguese": "medo, assustado, assustada",
        "Polish": "strach, lęk, przestraszony, przestraszona",
        "Dutch": "bang, angstig",
        "Turkish": "korku, korkmuş",
        "Russian": "страх, испуг, strakh, strah",
        "Chinese": "恐惧, 恐懼, 害怕, kongju, haipa",
        "Japanese": "恐れ, 恐怖, おそれ, osore, kyōfu, kyoufu",
        "Persian": "ترس, tars",
        "Urdu": "خوف, ڈر, khauf",
    },
    "happiness": {
        # IEMOCAP keeps excitement apart, and who trains on it mostly counts it as happiness.
        "codes": "hap, gio, exc",
        "English": "happiness, happy, joy, joyful, joyous, cheerful, excitement, excited",
        "German": "Freude, freudig, fröhlich, Fröhlichkeit, glücklich, Glück",
        "Italian": "gioia, felicità, felice, allegria, allegro, allegra",
        "Spanish": "felicidad, feliz, alegría, alegre",
        "French": "joie, joyeux, joyeuse, bonheur, heureux, heureuse",
        "Portuguese": "felicidade, feliz, alegria, alegre",
        "Polish": "radość, radosny, radosna, szczęście, szczęśliwy, szczęśliwa, wesoły, wesoła",
        "Dutch": "blij, blijdschap, vreugde, geluk, gelukkig, vrolijk",
        "Turkish": "mutlu, mutluluk, neşe, neşeli, sevinç",
        "Russian": "радость, радостный, счастье, счастливый, radost, schastye, schastie",
        "Chinese": "高兴, 高興, 快乐, 快樂, 开心, 開心, 喜悦, 喜悅, gaoxing, kuaile, kaixin",
        "Japanese": "喜び, よろこび, 嬉しい, 幸せ, yorokobi, ureshii, shiawase",
        "Persian": "شادی, خوشحالی, خوشحال, shadi, khoshhali",
        "Urdu": "خوشی, خوش, khushi",
    },
    "neutral": {
        "codes": "neu",
        "English": "neutral, neutrality, no emotion",
        "German": "neutral, Neutralität",
        "Italian": "neutro, neutra, neutrale, neutralità",
        "Spanish": "neutro, neutra, neutralidad",
        "French": "neutre, neutralité",
        "Portuguese": "neutro, neutra, neutralidade",
        "Polish": "neutralny, neutralna, neutralne, neutralność, stan neutralny",
        "Dutch": "neutraal",
        "Turkish": "nötr",
        "Russian": "нейтральный, нейтральная, нейтрально, нейтральность, neytralno, neitralno",
        "Chinese": "中性, 中立, zhongxing",
        "Japanese": "中立, ニュートラル, chūritsu, chuuritsu",
        "Persian": "خنثی",
        "Urdu": "غیر جانبدار",
    },
    "sadness": {
        "codes": "sad, tri",
        "English": "sadness, sad, sorrow, sorrowful",
        "German": "Trauer, traurig, Traurigkeit",
        "Italian": "tristezza, triste",
        "Spanish": "tristeza, triste",
        "French": "tristesse, triste",
        "Portuguese": "tristeza, triste",
        "Polish": "smutek, smutny, smutna",
        "Dutch": "verdriet, verdrietig, droevig, droefheid, bedroefd",
        "Turkish": "üzgün, üzüntü, hüzün",
        "Russian": "грусть, грустный, печаль, печальный, grust, pechal",
        "Chinese": "悲伤, 悲傷, 伤心, 傷心, 难过, 難過, beishang, shangxin, nanguo",
        "Japanese": "悲しみ, かなしみ, 悲しい, kanashimi, kanashii",
        "Persian": "غم, غمگین, اندوه, gham",
        "Urdu": "اداسی, اداس, udasi, udaasi",
    },
    "surprise": {
        "codes": "sur, sor, ps",
        "English": "surprise, surprised, astonishment, astonished, pleasant surprise, "
        "pleasant surprised, pleasantly surprised",
        "German": "Überraschung, überrascht, Erstaunen, erstaunt",
        "Italian": "sorpresa, sorpreso",
        "Spanish": "sorpresa, sorprendido, sorprendida, asombro",
        "French": "surprise, surpris, étonnement, étonné, étonnée",
        "Portuguese": "surpresa, surpreso",
        "Polish": "zaskoczenie, zaskoczony, zaskoczona, zdziwienie, zdziwiony, zdziwiona",
        "Dutch": "verrassing, verrast, verbazing, verbaasd",
        "Turkish": "şaşkın, şaşkınlık, şaşırma, sürpriz",
        "Russian": "удивление, удивлённый, udivlenie",
        "Chinese": "惊讶, 驚訝, 吃惊, 吃驚, 惊奇, 驚奇, 惊喜, 驚喜, jingya, chijing, jingxi",
        "Japanese": "驚き, おどろき, odoroki",
        "Persian": "تعجب, شگفتی, taajob",
        "Urdu": "حیرت, حیرانی, hairat",
    },
}

# Accents of Latin and Cyrillic letters, Arabic vowel marks, joiners and apostrophes. The marks of
# other scripts are letters of their own, and stay.
_ACCENTS = re.compile("[\u0300-\u036f\u064b-\u065f\u200b-\u200d'\u2019\u02b9\u02bc]")
# Letters that no decomposition brings together. Keyboards have different ones for the same Persian
# or Urdu letter.
_TWINS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe"})
_TWINS |= str.maketrans("يىكہ", "ییکه")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def plain_label(label):
    """Give a class name without case, accents, and marks that only join its parts.

    Parameters
    ----------
    label : str
        The class name.

    Returns
    -------
    label : str
        The plain name.

    Examples
    --------
    >>> from sersk.datasets._emotions import plain_label
    >>> plain_label("Pleasant_Surprise"), plain_label("Dégoût"), plain_label("-1")
    ('pleasantsurprise', 'degout', '-1')
    """
    letters = unicodedata.normalize("NFKD", label.casefold())
    letters = _ACCENTS.sub("", letters).translate(_TWINS)
    return plain_name(unicodedata.normalize("NFC", letters))


def _read_variants():
    """Make the dict from plain variant to common word."""
    emotion_of = {}
    for emotion, languages in _VARIANTS.items():
        for variant in ",".join(languages.values()).split(","):
            emotion_of[plain_label(variant)] = emotion
            # Without umlauts at hand, ü is written ue.
            emotion_of[plain_label(variant.translate(_UMLAUTS))] = emotion
    return emotion_of


_EMOTION_OF = _read_variants()


def find_emotion(word):
    """Find the common word for an emotion.

    Known are the usual nouns and adjectives, in English, German, Italian, Spanish, French,
    Portuguese, Polish, Dutch, Turkish, Russian, Chinese, Japanese, Persian and Urdu, and codes of
    corpora such as ANG or gio. Case, accents, spaces, dashes and underscores do not matter.

    Parameters
    ----------
    word : str
        The word, such as the name of a class.

    Returns
    -------
    emotion : str or None
        One of `EMOTIONS`; None for any other word, a code of one letter or a sentiment.

    Notes
    -----
    Excitement counts as happiness, as it mostly does with IEMOCAP; frustration has no common word.

    Examples
    --------
    >>> from sersk.datasets import find_emotion
    >>> find_emotion("Wütend"), find_emotion("ANG"), find_emotion("pleasant_surprise")
    ('anger', 'anger', 'surprise')
    >>> find_emotion("positive") is None
    True
    """
    return _EMOTION_OF.get(plain_label(word))
