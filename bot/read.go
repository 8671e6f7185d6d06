package bot

import (
	"encoding/json"
	"strings"

	"magpie/cards"
	"magpie/commands"
	"magpie/emoji"
)

// The payloads below hold only what is read of them: Slack adds keys as it likes,
// and what we do not know must not cost us the line.

func (b *Bot) readSlash(raw json.RawMessage) (*heard, error) {
	p, err := decode[struct {
		Command     string `json:"command"`
		Text        string `json:"text"`
		User        string `json:"user_id"`
		Team        string `json:"team_id"`
		Channel     string `json:"channel_id"`
		Trigger     string `json:"trigger_id"`
		ResponseURL string `json:"response_url"`
	}](raw)
	if err != nil || p.User == "" {
		return nil, err
	}
	if !strings.EqualFold(p.Command, b.opt.Command) {
		b.log.Warn("a slash command that is not ours", "command", p.Command, "ours", b.opt.Command)
		return nil, nil
	}
	return &heard{
		way: slash, trigger: p.Trigger, responseURL: p.ResponseURL,
		call: commands.Call{
			Line:  emoji.Replace(strings.TrimSpace(p.Text)),
			Who:   cards.Person{ID: p.User, Team: p.Team},
			Where: cards.Place{Channel: p.Channel},
		},
	}, nil
}

func (b *Bot) readInteraction(raw json.RawMessage) (*heard, error) {
	kind, err := decode[struct {
		Type string `json:"type"`
	}](raw)
	if err != nil {
		return nil, err
	}
	switch kind.Type {
	case "block_actions":
		return b.readPress(raw)
	case "view_submission":
		return b.readSubmission(raw)
	case "message_action":
		return b.readShortcut(raw)
	case "block_suggestion":
		return b.readSuggestion(raw)
	case "shortcut":
		return b.readGlobal(raw)
	}
	return nil, nil
}

type actor struct {
	ID   string `json:"id"`
	Team string `json:"team_id"`
}

func (b *Bot) readPress(raw json.RawMessage) (*heard, error) {
	p, err := decode[struct {
		Trigger     string `json:"trigger_id"`
		ResponseURL string `json:"response_url"`
		User        actor  `json:"user"`
		Channel     struct {
			ID string `json:"id"`
		} `json:"channel"`
		Container struct {
			Channel string `json:"channel_id"`
			TS      string `json:"message_ts"`
			Thread  string `json:"thread_ts"`
		} `json:"container"`
		Message struct {
			TS     string `json:"ts"`
			Thread string `json:"thread_ts"`
		} `json:"message"`
		View    *submittedView `json:"view"`
		Actions []struct {
			Type  string `json:"type"`
			Value string `json:"value"`
		} `json:"actions"`
	}](raw)
	if err != nil || p.User.ID == "" || len(p.Actions) == 0 {
		return nil, err
	}
	action := p.Actions[0]
	if action.Type != "" && action.Type != "button" || strings.TrimSpace(action.Value) == "" {
		return nil, nil
	}
	h := &heard{
		way: press, trigger: p.Trigger, responseURL: p.ResponseURL, inModal: p.View != nil && p.View.ID != "" && p.View.Type != "home",
		call: commands.Call{Line: action.Value, Pressed: true, Who: cards.Person{ID: p.User.ID, Team: p.User.Team}},
	}
	ts := first(p.Container.TS, p.Message.TS)
	if h.inModal {
		h.view = *p.View
	}
	h.call.Where = cards.Place{
		Channel: first(p.Channel.ID, p.Container.Channel),
		Thread:  threadOf(first(p.Container.Thread, p.Message.Thread), ts),
		TS:      ts,
	}
	if h.inModal {
		h.view = *p.View
	}
	if h.inModal && h.call.Where.Channel == "" {
		memo := p.View.memo()
		h.call.Where = cards.Place{Channel: memo.Channel, Thread: memo.Thread}
	}
	b.readCheck(raw, h)
	return h, nil
}

func (b *Bot) readSubmission(raw json.RawMessage) (*heard, error) {
	p, err := decode[struct {
		Trigger string        `json:"trigger_id"`
		User    actor         `json:"user"`
		View    submittedView `json:"view"`
	}](raw)
	memo := p.View.memo()
	if err != nil || p.User.ID == "" || memo.Line == "" {
		return nil, err
	}
	return &heard{
		way: submit, trigger: p.Trigger, view: p.View,
		call: commands.Call{
			Line:  b.opt.Book.Submitted(memo.Line, p.View.values()),
			Form:  true,
			Who:   cards.Person{ID: p.User.ID, Team: p.User.Team},
			Where: cards.Place{Channel: memo.Channel, Thread: memo.Thread},
		},
	}, nil
}

// The message shortcuts: one opens a form that holds a message's text, one makes an article of
// a message, one an audience of its file.
const (
	sendShortcut     = "send_this"
	articleShortcut  = "article_import"
	audienceShortcut = "audience_import"
)

// readShortcut makes a line of a message shortcut: the text of the message as it was typed, its
// files, or else, for an article, its whole thread.
func (b *Bot) readShortcut(raw json.RawMessage) (*heard, error) {
	p, err := decode[struct {
		Callback    string `json:"callback_id"`
		Trigger     string `json:"trigger_id"`
		ResponseURL string `json:"response_url"`
		User        actor  `json:"user"`
		Channel     struct {
			ID string `json:"id"`
		} `json:"channel"`
		Message struct {
			TS     string `json:"ts"`
			Thread string `json:"thread_ts"`
			Text   string `json:"text"`
			Files  []file `json:"files"`
		} `json:"message"`
	}](raw)
	if err != nil || p.User.ID == "" || p.Channel.ID == "" || p.Message.TS == "" {
		return nil, err
	}
	thread, files := first(p.Message.Thread, p.Message.TS), idsOf(p.Message.Files)
	var line string
	switch {
	case p.Callback == sendShortcut:
		line = "send-this text=" + commands.Quote(emoji.Replace(asTyped(p.Message.Text)))
	case p.Callback == audienceShortcut && len(files) == 0:
		line = "audience import"
	case p.Callback == audienceShortcut:
		line = "audience import file=" + strings.Join(files, ",")
	case p.Callback != articleShortcut:
		return nil, nil
	case len(files) == 0:
		line = "article import thread=" + p.Channel.ID + "/" + thread
	default:
		line = "article import files=" + strings.Join(files, ",")
	}
	return &heard{
		way: press, trigger: p.Trigger, responseURL: p.ResponseURL,
		call: commands.Call{
			Line: line, Who: cards.Person{ID: p.User.ID, Team: p.User.Team},
			Where: cards.Place{Channel: p.Channel.ID, Thread: threadOf(p.Message.Thread, p.Message.TS), TS: p.Message.TS},
		},
	}, nil
}

// file is one that a message came with.
type file struct {
	ID string `json:"id"`
}

func idsOf(files []file) []string {
	ids := make([]string, len(files))
	for i, f := range files {
		ids[i] = f.ID
	}
	return ids
}

// readEvent hears what is said to the bot, and lets the directory and
// those who know the channels hear the rest.
func (b *Bot) readEvent(raw json.RawMessage) (h *heard, key string, err error) {
	p, err := decode[struct {
		ID    string          `json:"event_id"`
		Event json.RawMessage `json:"event"`
	}](raw)
	if err != nil {
		return nil, "", err
	}
	kind, err := decode[struct {
		Type        string `json:"type"`
		Subtype     string `json:"subtype"`
		ChannelType string `json:"channel_type"`
	}](p.Event)
	if err != nil || b.openedHome(kind.Type, p.Event) || b.opt.Directory.hear(kind.Type, p.Event) || b.opt.Members.hear(kind.Type, b.self.user, p.Event) {
		return nil, "", err
	}
	alone := kind.Type == "message" && kind.ChannelType == "im"
	if kind.Subtype != "" && kind.Subtype != "file_share" || kind.Type != "app_mention" && !alone {
		return nil, "", nil
	}
	m, err := decode[struct {
		User    string          `json:"user"`
		Team    string          `json:"team"`
		Bot     string          `json:"bot_id"`
		Text    string          `json:"text"`
		Channel string          `json:"channel"`
		TS      string          `json:"ts"`
		Thread  string          `json:"thread_ts"`
		Files   []file          `json:"files"`
		Edited  json.RawMessage `json:"edited"`
	}](p.Event)
	if kind.Subtype != "" && strings.TrimSpace(m.Text) == "" {
		return nil, "", err // a file alone says nothing
	}
	if err != nil || m.User == "" || m.User == b.self.user || m.Bot != "" || len(m.Edited) > 0 && string(m.Edited) != "null" {
		return nil, "", err
	}
	return &heard{
		way: spoken,
		call: commands.Call{
			Line:  b.spokenLine(m.Text),
			Who:   cards.Person{ID: m.User, Team: m.Team},
			Where: cards.Place{Channel: m.Channel, Thread: m.Thread},
			Files: idsOf(m.Files),
		},
	}, first(p.ID, m.Channel+" "+m.TS), nil
}

// spokenLine is what is said to the bot: what follows its name, without the slash
// command, which people type out of habit.
func (b *Bot) spokenLine(text string) string {
	if before, after, found := strings.Cut(text, "<@"+b.self.user); found {
		_, after, _ = strings.Cut(after, ">")
		text = strings.TrimLeft(after, " \t\n:,，：")
		if strings.TrimSpace(text) == "" {
			text = before
		}
	}
	text = strings.TrimSpace(text)
	if rest, ok := strings.CutPrefix(text, b.opt.Command); ok && (rest == "" || strings.HasPrefix(rest, " ")) {
		text = strings.TrimSpace(rest)
	}
	return emoji.Replace(text)
}

// threadOf is the thread that a message stands in. A message that began one bears its
// own ts as thread_ts, and stands in the channel.
func threadOf(thread, ts string) string {
	if thread == ts {
		return ""
	}
	return thread
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
