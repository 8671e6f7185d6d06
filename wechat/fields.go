package wechat

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// FieldType tells the type of a template's field from its name: "thing" for
// thing1. It is "" for keyword1, first, remark and all others, which are not
// checked.
func FieldType(name string) string {
	kind := strings.TrimRight(name, "0123456789")
	if _, ok := checks[kind]; ok {
		return kind
	}
	return ""
}

// Overrulable reports that of what CheckField refuses in such a field some is undecided (see
// [FieldError.Undecided]).
func Overrulable(name string) bool { return FieldType(name) == "time" }

// CheckField holds the value of a subscription template's field against the
// type that its name begins with, and returns nil or a *FieldError.
//
// Characters are counted as Unicode code points: a Chinese character is one, a
// letter is one, and an emoji is as many as it is made of (a plain one 1, a
// family up to 7). Where a limit speaks of digits, only digits count: the point
// of a number, and the signs of a phone number, are free. Nothing is cut,
// trimmed or converted.
//
//	thing             ≤20 characters of any kind
//	number            ≤32 digits, one decimal point allowed
//	letter            ≤32 letters A-Z, a-z
//	symbol            ≤5 symbols
//	character_string  ≤32 digits, letters and symbols
//	time              HH:MM[:SS], a date allowed, a range with ~
//	date              a date, HH:MM[:SS] allowed, a range with ~ - / or .
//	amount            one currency sign allowed, ≤10 digits, 元 allowed at the end
//	phone_number      ≤17 digits, with symbols
//	car_number        ≤8, letters and digits, Chinese at most first and last
//	name              ≤20 letters if all Latin, else ≤10 characters
//	phrase            ≤5 Chinese characters
//	const             ≤20 characters
func CheckField(name, value string) error {
	kind := FieldType(name)
	if kind == "" {
		return nil
	}
	if strings.TrimSpace(value) == "" {
		return fault("data."+name, ruleRequired)
	}
	if rule, args := checks[kind](value); rule != "" {
		return fault("data."+name, rule, args...)
	}
	return nil
}

// checkFields holds every value against its field, and tells what is wrong in
// the order of the names.
func checkFields(f *faults, data map[string]DataValue, unchecked []string) {
	for name, value := range data {
		if CheckField(name, value.Value) == nil {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(data)) {
			f.value(name, data[name].Value, unchecked)
		}
		return
	}
}

// value holds one value against its field. What WeChat's pages leave open is passed where the
// field is among those that go unchecked.
func (f *faults) value(name, value string, unchecked []string) {
	err := CheckField(name, value)
	if e, ok := err.(*FieldError); ok && !(e.Undecided() && slices.Contains(unchecked, name)) {
		*f = append(*f, e)
	}
}

// checks returns the broken rule of each type and its arguments, or "". Its keys
// are the types.
var checks = map[string]func(string) (string, []any){
	"thing":            func(s string) (string, []any) { return atMost(s, 20) },
	"const":            func(s string) (string, []any) { return atMost(s, 20) },
	"number":           checkNumber,
	"letter":           func(s string) (string, []any) { return only(s, 32, ruleLetters, isLetter) },
	"symbol":           func(s string) (string, []any) { return only(s, 5, ruleSymbols, isSymbol) },
	"character_string": func(s string) (string, []any) { return only(s, 32, ruleCharString, isPlain) },
	"phrase":           func(s string) (string, []any) { return only(s, 5, rulePhrase, isHan) },
	"time":             checkTime,
	"date":             checkDate,
	"amount":           checkAmount,
	"phone_number":     checkPhone,
	"car_number":       checkCar,
	"name":             checkName,
}

func atMost(s string, limit int) (string, []any) {
	if len(s) <= limit {
		return "", nil
	}
	if n := utf8.RuneCountInString(s); n > limit {
		return ruleTooLong, []any{limit, n}
	}
	return "", nil
}

func only(s string, limit int, rule string, ok func(rune) bool) (string, []any) {
	for _, r := range s {
		if !ok(r) {
			return rule, nil
		}
	}
	return atMost(s, limit)
}

func isDigit(r rune) bool  { return '0' <= r && r <= '9' }
func isLetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }
func isHan(r rune) bool    { return unicode.Is(unicode.Han, r) }
func isSymbol(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsControl(r) && r != '\u2028' && r != '\u2029' && r != utf8.RuneError
}
func isPlain(r rune) bool { return isDigit(r) || isLetter(r) || isSymbol(r) }

func manyDigits(s string, limit int) (string, []any) {
	n := 0
	for _, r := range s {
		if isDigit(r) {
			n++
		}
	}
	if n > limit {
		return ruleManyDigits, []any{limit, n}
	}
	return "", nil
}

var (
	numberForm = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)
	amountForm = regexp.MustCompile(`^\p{Sc}?[0-9]+(\.[0-9]+)?元?$`)
)

func checkNumber(s string) (string, []any) {
	if !numberForm.MatchString(s) {
		return ruleNumber, nil
	}
	return manyDigits(s, 32)
}

func checkAmount(s string) (string, []any) {
	if !amountForm.MatchString(s) {
		return ruleAmount, nil
	}
	return manyDigits(s, 10)
}

// checkPhone counts digits alone: the number that WeChat's page gives as an
// example has 15 digits and 18 characters, against a limit of 17.
func checkPhone(s string) (string, []any) {
	if !strings.ContainsFunc(s, isDigit) {
		return rulePhone, nil
	}
	for _, r := range s {
		if !isDigit(r) && !isSymbol(r) {
			return rulePhone, nil
		}
	}
	return manyDigits(s, 17)
}

func checkCar(s string) (string, []any) {
	plate := []rune(s)
	for i, r := range plate {
		edge := i == 0 || i == len(plate)-1
		if !isDigit(r) && !isLetter(r) && !(edge && isHan(r)) {
			return ruleCar, nil
		}
	}
	return atMost(s, 8)
}

// checkName counts a mixed name as a Chinese one. Spaces, dots and hyphens
// belong to a name; in a Latin one they do not count.
func checkName(s string) (string, []any) {
	latin, letters := true, 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r) || r == '〇':
			letters++
			latin = latin && unicode.Is(unicode.Latin, r)
		case unicode.IsNumber(r) || unicode.IsControl(r) || !isSymbol(r):
			return ruleName, nil
		}
	}
	if letters == 0 {
		return ruleName, nil
	}
	if latin {
		if letters > 20 {
			return ruleNameLong, []any{letters}
		}
		return "", nil
	}
	if n := utf8.RuneCountInString(s); n > 10 {
		return ruleNameLong, []any{n}
	}
	return "", nil
}
