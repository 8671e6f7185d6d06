package articles

import (
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// languages are those that articles can be translated into, by BCP 47; x/text knows what each
// is called. Those that are written from the right are left out: WeChat's page has no place
// for them.
var languages = []string{"zh", "zh-Hant", "en", "ja", "ko", "fr", "de", "es", "pt", "it", "nl", "ru", "uk", "pl", "cs", "sv", "el", "tr", "vi", "th", "id", "ms", "fil", "hi", "km", "lo", "my", "mn", "kk"}

// spoken are names of languages that x/text does not give.
var spoken = map[string]string{
	"英文": "en", "英语": "en", "中文": "zh", "汉语": "zh", "简体": "zh", "简体中文": "zh", "zh-cn": "zh", "zh-hans": "zh", "chinese": "zh", "simplified chinese": "zh", "cn": "zh",
	"繁体": "zh-Hant", "繁體": "zh-Hant", "繁体中文": "zh-Hant", "繁體中文": "zh-Hant", "zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "traditional chinese": "zh-Hant",
	"日文": "ja", "日语": "ja", "韩文": "ko", "韩语": "ko", "法文": "fr", "法语": "fr", "德文": "de", "德语": "de", "西班牙文": "es", "西班牙语": "es", "俄文": "ru", "俄语": "ru",
	"葡萄牙文": "pt", "葡萄牙语": "pt", "意大利文": "it", "意大利语": "it", "泰文": "th", "泰语": "th", "越南文": "vi", "越南语": "vi",
}

var languageNamed = namesOfLanguages()

// namesOfLanguages are the names in English, in Chinese and in the language itself, in small
// letters.
func namesOfLanguages() map[string]string {
	all := map[string]string{}
	for _, code := range languages {
		tag := language.MustParse(code)
		for _, name := range []string{code, display.English.Tags().Name(tag), display.SimplifiedChinese.Tags().Name(tag), display.Self.Name(tag)} {
			all[strings.ToLower(name)] = code
		}
	}
	for name, code := range spoken {
		all[name] = code
	}
	return all
}

// ParseLanguage reads a language's code or its name, in English, in Chinese or in itself; ok
// is false for what articles cannot be translated into.
func ParseLanguage(said string) (code string, ok bool) {
	said = strings.ToLower(strings.TrimSpace(said))
	if code, ok = languageNamed[said]; ok {
		return code, true
	}
	tag, err := language.Parse(said) // en-GB is English, zh-SG Chinese
	if err != nil {
		return "", false
	}
	base, sure := tag.Base()
	if sure == language.No {
		return "", false
	}
	if script, _ := tag.Script(); base.String() == "zh" && script.String() == "Hant" {
		return "zh-Hant", true
	}
	code, ok = languageNamed[base.String()]
	return code, ok
}

// LanguageCodes are the codes of the languages that ParseLanguage knows.
func LanguageCodes() []string { return languages }

// languageName is what the writer is told that a language is called.
func languageName(code string) string {
	switch code {
	case "zh":
		return "Simplified Chinese (简体中文)"
	case "en", "":
		return "English"
	}
	tag, err := language.Parse(code)
	if err != nil {
		return "English"
	}
	return display.English.Tags().Name(tag) + " (" + display.Self.Name(tag) + ")"
}

// languageSaid is what people are told that a language is called: its own name for itself.
func languageSaid(code string) string {
	if tag, err := language.Parse(code); err == nil && code != "" {
		return display.Self.Name(tag)
	}
	return code
}

// labelsIn is the language of the words that magpie itself writes into an article: those of
// others are English.
func labelsIn(code string) string {
	switch code {
	case "zh", "zh-Hant":
		return "zh"
	case "":
		return ""
	}
	return "en"
}
