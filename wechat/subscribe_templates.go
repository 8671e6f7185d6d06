package wechat

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"magpie/wechat/apis"
)

// TemplateField is one field of a template: date2, shown as 会议时间.
type TemplateField struct {
	Name  string   // thing1, as the message names it
	Label string   // 会议地点, as people read it; may be empty
	Type  string   // thing, see FieldType
	Enum  []string // the values allowed, where WeChat allows no others
}

var fieldInContent = regexp.MustCompile(`([^\n{}]*?)[\s:：]*\{\{\s*([A-Za-z0-9_]+)\.DATA\s*\}\}`)

// templateFields reads the fields and their labels out of a template's content,
// such as "会议时间:{{date2.DATA}}\n会议地点:{{thing1.DATA}}".
func templateFields(content string) []TemplateField {
	var all []TemplateField
	for _, m := range fieldInContent.FindAllStringSubmatch(content, -1) {
		all = append(all, TemplateField{Name: m[2], Label: strings.TrimSpace(m[1]), Type: FieldType(m[2])})
	}
	return all
}

// Field finds a field by its name or by its label.
func (t Template) Field(nameOrLabel string) (TemplateField, bool) {
	for _, f := range t.Fields {
		if f.Name == nameOrLabel {
			return f, true
		}
	}
	for _, f := range t.Fields {
		if f.Label != "" && f.Label == nameOrLabel {
			return f, true
		}
	}
	return TemplateField{}, false
}

// Check holds data against the template: every field given, none that it has
// not, each value of its field's type and among those allowed. What WeChat does
// not show (see [NotShown]) need not be given. A template without fields that
// could be read is not held against anything. Unchecked are as those of a message.
func (t Template) Check(data map[string]DataValue, unchecked []string) error {
	if len(t.Fields) == 0 {
		return nil
	}
	var f faults
	var names []string
	for _, field := range t.Fields {
		names = append(names, field.Name)
		value, given := data[field.Name]
		switch {
		case !given && NotShown(field.Name):
		case !given:
			f.add("data."+field.Name, ruleRequired)
		case len(field.Enum) > 0:
			f.oneOf("data."+field.Name, value.Value, field.Enum...)
		default:
			f.value(field.Name, value.Value, unchecked)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(data)) {
		if !slices.Contains(names, name) {
			f.add("data."+name, ruleNoField, strings.Join(names, ", "))
		}
	}
	return f.err()
}

type subscribeTemplatesReply struct {
	answer
	Data []struct {
		ID      looseString `json:"priTmplId"`
		Title   looseString `json:"title"`
		Content looseString `json:"content"`
		Example looseString `json:"example"`
		Type    looseInt    `json:"type"` // 2 once, 3 long-term
		Enums   []struct {
			Code   looseString `json:"keywordCode"` // "phrase1.DATA" or "phrase1"
			Values []string    `json:"enumValueList"`
		} `json:"keywordEnumValueList"`
	} `json:"data"`
}

func (r *subscribeTemplatesReply) missing(a answer) string {
	if r.Data == nil && !a.ErrCode.given {
		return "data"
	}
	return ""
}

// SubscribeTemplates lists the templates for SendSubscribe and
// SendWeappSubscribe, with their fields' labels and allowed values.
//
// WeChat: GET /wxaapi/newtmpl/gettemplate
func (c *Client) SubscribeTemplates(ctx context.Context) ([]Template, error) {
	var out subscribeTemplatesReply
	if err := c.call(ctx, request{api: apis.SubscribeTemplates, out: &out}); err != nil {
		return nil, err
	}
	all := []Template{}
	for _, d := range out.Data {
		t := Template{
			ID: string(d.ID), Title: string(d.Title), Kind: TemplateOnce, Fields: templateFields(string(d.Content)), Content: string(d.Content), Example: string(d.Example),
		}
		if d.Type.n == 3 {
			t.Kind = TemplateLongTerm
		}
		for _, e := range d.Enums {
			name := strings.TrimSuffix(strings.Trim(string(e.Code), "{} "), ".DATA")
			for i := range t.Fields {
				if t.Fields[i].Name == name {
					t.Fields[i].Enum = e.Values
				}
			}
		}
		all = append(all, t)
	}
	return all, nil
}
