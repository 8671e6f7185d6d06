package bot

import (
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"magpie/cards"
	"magpie/emoji"
)

// Slack's limits for forms.
const (
	maxModalTitle  = 24
	maxInputLabel  = 2000
	maxPlaceholder = 150
	maxInput       = 3000
	maxOptions     = 100
	maxOptionValue = 150
	maxMetadata    = 3000
	maxModalBlocks = 100
	maxFieldError  = 300
	maxFiles       = 10

	formCallback = "magpie-form"
	formAction   = "value" // of every input; its block is called by the argument's key
)

var errFormTooLong = errors.New("the form's line does not fit into private_metadata")

// formMemo is what a form remembers of how it came to be.
type formMemo struct {
	Line    string `json:"line"`
	Channel string `json:"channel,omitempty"`
	Thread  string `json:"thread,omitempty"`
}

// DrawForm draws a form as a modal that remembers its line and where it was asked.
func (w *Words) DrawForm(form cards.Form, where cards.Place, lang, zone string) (slack.ModalViewRequest, error) {
	d := drawer{words: w, lang: lang, zone: zone}
	memo, err := json.Marshal(formMemo{Line: form.Line, Channel: where.Channel, Thread: where.Thread})
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	if size(string(memo)) > maxMetadata {
		return slack.ModalViewRequest{}, errFormTooLong
	}
	var blocks []slack.Block
	title := d.plain(form.Title)
	if size(title) > maxModalTitle { // too long for the title bar: it is said in full below
		blocks = append(blocks, bare(section("*"+d.say(form.Title)+"*"))...)
	}
	blocks = append(blocks, bare(section(d.say(form.Intro)))...)
	for _, input := range form.Inputs {
		if len(blocks) < maxModalBlocks-1 {
			blocks = append(blocks, d.input(input))
		}
	}
	if form.Checks {
		blocks = append(blocks, d.checkButton())
	}
	submit := d.plain(form.Submit)
	if submit == "" {
		submit = d.plain(cards.T("bot.submit"))
	}
	if title == "" {
		title = shown(form.Line)
	}
	return slack.ModalViewRequest{
		Type:            slack.VTModal,
		CallbackID:      formCallback,
		PrivateMetadata: string(memo),
		Title:           plainText(shorten(title, maxModalTitle)),
		Submit:          plainText(shorten(submit, maxModalTitle)),
		Close:           plainText(shorten(d.plain(cards.T("bot.cancel")), maxModalTitle)),
		Blocks:          slack.Blocks{BlockSet: blocks},
	}, nil
}

func (d drawer) input(in cards.Input) *slack.InputBlock {
	label := d.plain(in.Label)
	if strings.TrimSpace(label) == "" {
		label = in.Key
	}
	var hint *slack.TextBlockObject
	said := d.plain(in.Hint)
	if isHidden(in.Value) { // the field has to keep it: it is what will be said
		said = strings.TrimSpace(said + " " + d.plain(cards.T("bot.hidden_value", "value", in.Value)))
	}
	if said != "" {
		hint = plainText(shorten(said, maxInputLabel))
	}
	block := slack.NewInputBlock(in.Key, plainText(shorten(label, maxInputLabel)), hint, d.element(in))
	return block.WithOptional(!in.Required)
}

// element is a list of choices where there are few, a place for files, else a field to
// type in.
func (d drawer) element(in cards.Input) slack.BlockElement {
	if in.Files > 0 {
		return slack.NewFileInputBlockElement(formAction).WithMaxFiles(min(in.Files, maxFiles))
	}
	if list := d.list(in); list != nil {
		return list
	}
	if options := d.options(in.Choices); options != nil {
		placeholder := plainText(shorten(d.plain(cards.T("bot.choose")), maxPlaceholder))
		list := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, placeholder, formAction, options...)
		for _, o := range options {
			if in.Value != "" && o.Value == in.Value {
				list.InitialOption = o
			}
		}
		return list
	}
	field := &slack.PlainTextInputBlockElement{
		Type: slack.METPlainTextInput, ActionID: formAction, Multiline: in.Lines, MaxLength: maxInput,
		InitialValue: in.Value,
	}
	if size(in.Value) > maxInput {
		field.InitialValue = "" // half a value would be worse than none
	}
	if in.Example != "" {
		field.Placeholder = plainText(shorten(in.Example, maxPlaceholder))
	}
	return field
}

// list is a list that is loaded as one types, or Slack's own of channels; nil where the field's
// value does not stand in one.
func (d drawer) list(in cards.Input) slack.BlockElement {
	placeholder := plainText(shorten(d.plain(cards.T("bot.choose")), maxPlaceholder))
	switch {
	case in.List != "" && size(in.Value) <= maxOptionValue:
		list := slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, placeholder, formAction)
		list.MinQueryLength = new(int) // the list is shown before anything is typed
		if in.Value != "" {
			list.InitialOption = slack.NewOptionBlockObject(in.Value, plainText(shorten(in.Value, maxLabel)), nil)
		}
		return list
	case in.Channel && (in.Value == "" || channelID.MatchString(in.Value)):
		list := slack.NewOptionsSelectBlockElement(slack.OptTypeConversations, placeholder, formAction)
		list.Filter = &slack.SelectBlockElementFilter{Include: []string{"public", "private"}}
		list.InitialConversation = in.Value
		return list
	}
	return nil
}

// channelID is how Slack names a channel.
var channelID = regexp.MustCompile(`^[CG][A-Z0-9]+$`)

// options is nil where Slack's list cannot hold the choices.
func (d drawer) options(choices []cards.Choice) []*slack.OptionBlockObject {
	if len(choices) == 0 || len(choices) > maxOptions {
		return nil
	}
	options := make([]*slack.OptionBlockObject, len(choices))
	for i, c := range choices {
		if c.Value == "" || size(c.Value) > maxOptionValue {
			return nil
		}
		label := d.plain(c.Label)
		if strings.TrimSpace(label) == "" {
			label = c.Value
		}
		options[i] = slack.NewOptionBlockObject(c.Value, plainText(shorten(label, maxLabel)), nil)
	}
	return options
}

// submittedView is what we read of a submitted modal.
type submittedView struct {
	ID              string `json:"id"`
	Type            string `json:"type"`
	CallbackID      string `json:"callback_id"`
	PrivateMetadata string `json:"private_metadata"`
	State           struct {
		Values map[string]map[string]struct {
			Value          string `json:"value"`
			SelectedOption struct {
				Value string `json:"value"`
			} `json:"selected_option"`
			SelectedConversation string `json:"selected_conversation"`
			Files                []struct {
				ID string `json:"id"`
			} `json:"files"`
		} `json:"values"`
	} `json:"state"`
	Blocks []struct {
		Type    string `json:"type"`
		BlockID string `json:"block_id"`
	} `json:"blocks"`
}

// memo is what the form remembered; nothing where the modal is not ours.
func (v submittedView) memo() formMemo {
	var memo formMemo
	_ = json.Unmarshal([]byte(v.PrivateMetadata), &memo)
	return memo
}

// values are the inputs that were filled in, by key.
func (v submittedView) values() map[string]string {
	values := make(map[string]string)
	for key, actions := range v.State.Values {
		for _, action := range actions {
			value := emoji.Replace(action.Value) + action.SelectedOption.Value + action.SelectedConversation
			for i, file := range action.Files {
				if i > 0 {
					value += ","
				}
				value += file.ID
			}
			if value != "" {
				values[key] = value
			}
		}
	}
	return values
}

// templateField is how templates name their fields.
var templateField = regexp.MustCompile(`^(?:[A-Za-z_]+[0-9]+|first|remark)$`)

// at is the input that a complaint about field is shown at: its own, the first of those that
// it is cut into, that which takes all of a group, or else the first of all.
func (v submittedView) at(field string) string {
	var inputs []string
	for _, b := range v.Blocks {
		if b.Type == "input" {
			inputs = append(inputs, b.BlockID)
		}
	}
	keys := []string{field, field + ".1", field[:max(strings.LastIndex(field, "."), 0)]}
	if templateField.MatchString(field) {
		keys = append(keys, "data")
	}
	for _, key := range keys {
		if key != "" && slices.Contains(inputs, key) {
			return key
		}
	}
	if _, ok := v.State.Values[field]; ok || len(inputs) == 0 {
		return field
	}
	return inputs[0]
}
