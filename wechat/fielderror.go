package wechat

import (
	"errors"
	"fmt"
)

// FieldError is a value that WeChat would not take, found before the call.
type FieldError struct {
	// Field is the path on the wire: data.thing1, articles[2].title (counted
	// from 0), template_info.parameter_list.room_limit.
	Field string
	// Rule is the broken rule's key, one word that does not change with the language.
	Rule string

	args []any
}

// Error names the field and the rule, in English.
func (e *FieldError) Error() string { return e.In("en") }

// In names the field and the rule, in "zh" or else English.
func (e *FieldError) In(lang string) string {
	colon := ": "
	if lang == "zh" {
		colon = "："
	}
	return e.Field + colon + e.Why(lang)
}

// Why is In without the field, for a form that shows it beside the field.
func (e *FieldError) Why(lang string) string {
	return fmt.Sprintf(rules[e.Rule].in(lang), e.args...)
}

// Undecided reports that WeChat's pages leave open whether it takes the value. Whoever
// sends it may overrule the check, see Unchecked of the messages.
func (e *FieldError) Undecided() bool { return e.Rule == ruleDateAlone }

// FieldErrors lists all field errors in err, in order.
func FieldErrors(err error) []*FieldError {
	if e, ok := err.(*FieldError); ok {
		return []*FieldError{e}
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*FieldError
		for _, e := range joined.Unwrap() {
			all = append(all, FieldErrors(e)...)
		}
		return all
	}
	if below := errors.Unwrap(err); below != nil {
		return FieldErrors(below)
	}
	return nil
}

func fault(field, rule string, args ...any) *FieldError {
	return &FieldError{Field: field, Rule: rule, args: args}
}

// faults collects what a Check finds.
type faults []error

func (f *faults) add(field, rule string, args ...any) {
	*f = append(*f, fault(field, rule, args...))
}

func (f *faults) need(field, value string) {
	if value == "" {
		f.add(field, ruleRequired)
	}
}

// atMost counts characters.
func (f *faults) atMost(field, value string, limit int) {
	if rule, args := atMost(value, limit); rule != "" {
		f.add(field, rule, args...)
	}
}

// bytes counts bytes.
func (f *faults) bytes(field, value string, limit int) {
	if len(value) > limit {
		f.add(field, ruleTooBig, limit, len(value))
	}
}

func (f *faults) between(field string, n, from, to int) {
	if n < from || n > to {
		f.add(field, ruleRange, from, to, n)
	}
}

// oneOf checks a value that may be left out.
func (f *faults) oneOf(field, value string, allowed ...string) {
	if value == "" {
		return
	}
	for _, a := range allowed {
		if value == a {
			return
		}
	}
	f.add(field, ruleChoice, choices(allowed), shorten(value, 40))
}

func (f *faults) err() error {
	if len(*f) == 0 {
		return nil
	}
	return errors.Join(*f...)
}

func choices(all []string) string {
	s := all[0]
	for _, a := range all[1:] {
		s += " | " + a
	}
	return s
}

const (
	ruleRequired   = "required"
	ruleForState   = "required_for_state"
	ruleChoice     = "choice"
	ruleState      = "state"
	ruleTwice      = "twice"
	ruleOneOfTwo   = "one_of_two"
	ruleCount      = "count"
	ruleSwitch     = "switch"
	ruleUTF8       = "utf8"
	ruleTooLong    = "too_long"
	ruleManyDigits = "too_many_digits"
	ruleNumber     = "number"
	ruleLetters    = "letters"
	ruleSymbols    = "symbols"
	ruleCharString = "character_string"
	ruleTime       = "time"
	ruleDate       = "date"
	ruleDateAlone  = "date_alone"
	ruleAmount     = "amount"
	rulePhone      = "phone"
	ruleCar        = "car"
	ruleName       = "name"
	ruleNameLong   = "name_too_long"
	rulePhrase     = "phrase"
	ruleRange      = "range"
	ruleTooBig     = "too_big"
	ruleFileType   = "file_type"
	ruleEmptyFile  = "empty_file"
	ruleOneOf      = "one_of"
	ruleCrop       = "crop"
	ruleNoField    = "no_such_field"

	ruleTooLongVoice = "voice_too_long"
	ruleVideoOnly    = "video_only"
)

// rules puts every rule into words. Both languages take the same arguments.
var rules = map[string]text{
	ruleRequired:     {"required", "必填"},
	ruleForState:     {"required when target_state is %d", "target_state 为 %d 时必填"},
	ruleChoice:       {"must be %s, not %q", "只能是 %s，不能是 %q"},
	ruleState:        {"must be 0 or 1, not %d", "只能是 0 或 1，不能是 %d"},
	ruleTwice:        {"given twice", "重复"},
	ruleOneOfTwo:     {"give openid or unionid, not both", "openid 和 unionid 只能给一个"},
	ruleCount:        {"must be %d to %d, not %d", "应为 %d 至 %d 篇，现为 %d 篇"},
	ruleSwitch:       {"must be 0 or 1, not %d", "只能是 0 或 1，不能是 %d"},
	ruleUTF8:         {"the text is not valid UTF-8", "文本不是有效的 UTF-8"},
	ruleTooLong:      {"at most %d characters, not %d", "最多 %d 个字符，现为 %d 个"},
	ruleManyDigits:   {"at most %d digits, not %d", "最多 %d 位数字，现为 %d 位"},
	ruleNumber:       {"digits only, with at most one decimal point", "只能是数字，可带一个小数点"},
	ruleLetters:      {"letters A-Z and a-z only", "只能是英文字母"},
	ruleSymbols:      {"symbols only: no letters, Chinese characters, digits or line breaks", "只能是符号，不能含文字、数字或换行"},
	ruleCharString:   {"digits, letters and symbols only: no Chinese characters or line breaks", "只能是数字、字母和符号，不能含汉字或换行"},
	ruleTime:         {`must be a 24-hour time such as 15:01 or 15:01:30, with a date if wanted (2019-10-01 15:01), or two of them joined with "~"`, `应为 24 小时制时间，如 15:01 或 15:01:30，可带日期(2019年10月1日 15:01)，时间段用“~”连接`},
	ruleDate:         {`must be a date such as 2019-10-01 or 2019年10月1日, with a 24-hour time if wanted, or two of them joined with "~"`, `应为日期，如 2019-10-01 或 2019年10月1日，可带 24 小时制时间，时间段用“~”连接`},
	ruleDateAlone:    {`a date alone: WeChat asks for a 24-hour time here, such as 15:01, before which a date may stand`, `只有日期：此处微信要求 24 小时制时间，如 15:01，前面可带日期`},
	ruleAmount:       {"must be a number with at most one currency sign before it and 元 after it, such as ¥39.80 or 39.8元", "应为数字，前面最多一个货币符号，末尾可带“元”，如 ¥39.80 或 39.8元"},
	rulePhone:        {"digits and symbols only", "只能是数字和符号"},
	ruleCar:          {"letters and digits only, with Chinese characters at most first and last", "只能是字母和数字，首位和末位可为汉字"},
	ruleName:         {"a name of letters or Chinese characters, without digits or line breaks", "姓名只能是汉字或字母，不能含数字或换行"},
	ruleNameLong:     {"at most 10 characters, or 20 letters if it is all in Latin letters, not %d", "中文名最多 10 个字，纯英文名最多 20 个字母，现为 %d 个"},
	rulePhrase:       {"Chinese characters only", "只能是汉字"},
	ruleRange:        {"must be %d to %d, not %d", "应为 %d 至 %d，现为 %d"},
	ruleTooBig:       {"at most %d bytes, not %d", "最多 %d 字节，现为 %d 字节"},
	ruleFileType:     {"must be %s, not %s", "格式应为 %s，不能是 %s"},
	ruleEmptyFile:    {"the file is empty", "文件为空"},
	ruleOneOf:        {"give exactly one of %s", "%s 须且只能给一个"},
	ruleTooLongVoice: {"at most %d seconds, not %d", "最长 %d 秒，现为 %d 秒"},
	ruleVideoOnly:    {"only a video has one", "仅视频可填"},
	ruleNoField:      {"the template has no such field; it has %s", "模板没有这个字段，只有 %s"},
	ruleCrop:         {"must be X1_Y1_X2_Y2 with numbers from 0 to 1, the first corner above and left of the second", "应为 X1_Y1_X2_Y2，数值在 0 到 1 之间，且第一个角在第二个角的左上方"},
}
