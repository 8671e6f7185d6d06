package slacktest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// What a person is told when Slack itself, or the app's answer, is in the way.
var (
	// ErrNotMember is Slack's refusal to let someone act where they are not.
	ErrNotMember = errors.New("slacktest: the person is not in that channel")
	// ErrNoSuchCommand is what Slack says of a command that no app has.
	ErrNoSuchCommand = errors.New("slacktest: not a valid command")
	// ErrBadAnswer is Slack's "invalid_command_response" or "We had some trouble
	// connecting": the app acknowledged with something that Slack cannot show.
	ErrBadAnswer = errors.New("slacktest: the acknowledgement cannot be shown")
)

// Ack is what became of something a person did.
type Ack struct {
	EnvelopeID  string
	TriggerID   string
	ResponseURL string
	Payload     json.RawMessage // as acknowledged; nil when there was none
	Took        time.Duration
	Message     *Message // what the acknowledgement showed, if anything
}

// FieldErrors is a form that was not taken, by block id: because Slack's own
// form refused it, or because the app answered with errors.
type FieldErrors map[string]string

func (e FieldErrors) Error() string {
	var parts []string
	for k, v := range e {
		parts = append(parts, k+": "+v)
	}
	slices.Sort(parts)
	return "slacktest: the form was not taken: " + strings.Join(parts, "; ")
}

// scene looks up who acts and where.
func (w *Workspace) scene(userID, channelID string) (*User, *Channel, error) {
	u, c := w.user(userID), w.channel(channelID)
	switch {
	case u == nil:
		return nil, nil, fmt.Errorf("slacktest: no user %q", userID)
	case c == nil:
		return nil, nil, fmt.Errorf("slacktest: no channel %q", channelID)
	case !c.sees(userID):
		return nil, nil, fmt.Errorf("%w: %s in %s", ErrNotMember, userID, channelID)
	}
	return u, c, nil
}

// Say is a slash command such as "/wechat activity create", sent as the
// envelope "slash_commands". What the acknowledgement shows is stored as an
// ephemeral message, or in the channel when its response_type is in_channel.
func (w *Workspace) Say(ctx context.Context, userID, channelID, text string) (*Ack, error) {
	command, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	if !strings.HasPrefix(command, "/") || len(w.opt.Commands) > 0 && !slices.Contains(w.opt.Commands, command) {
		return nil, fmt.Errorf("%w: %q", ErrNoSuchCommand, command)
	}
	w.mu.Lock()
	u, c, err := w.scene(userID, channelID)
	if err != nil {
		w.mu.Unlock()
		return nil, err
	}
	if rest = strings.TrimSpace(rest); w.opt.ShouldEscape {
		rest = w.linked(rest)
	}
	resp := w.newResponse(c.ID, u.ID, nil)
	ack := &Ack{TriggerID: w.newTrigger(u.ID, ""), ResponseURL: w.root() + "/response/" + resp.id}
	e := w.envelope("slash_commands", true, map[string]any{
		"token": "verification", "team_id": w.opt.Team, "team_domain": w.opt.TeamDomain, "channel_id": c.ID, "channel_name": c.slashName(),
		"user_id": u.ID, "user_name": u.Name, "command": command, "text": rest, "api_app_id": w.opt.AppID,
		"is_enterprise_install": "false", "response_url": ack.ResponseURL, "trigger_id": ack.TriggerID,
	})
	w.mu.Unlock()
	if err := w.send(ctx, e, ack); err != nil {
		return ack, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	m, err := w.show(ack.Payload, resp)
	if m != nil {
		shown := *m
		ack.Message = &shown
	}
	return ack, err
}

// send delivers and fills the acknowledgement.
func (w *Workspace) send(ctx context.Context, e *envelope, ack *Ack) (err error) {
	ack.EnvelopeID = e.ID
	ack.Payload, ack.Took, err = w.deliver(ctx, e)
	if s := string(ack.Payload); s == "null" || s == `""` || s == "{}" {
		ack.Payload = nil
	}
	return err
}

// show puts up what the acknowledgement of a slash command says.
func (w *Workspace) show(payload json.RawMessage, resp *responseURL) (*Message, error) {
	if payload == nil {
		return nil, nil
	}
	args := map[string]any{}
	if json.Unmarshal(payload, &args) != nil {
		var text string
		if json.Unmarshal(payload, &text) != nil {
			return nil, fmt.Errorf("%w: %s", ErrBadAnswer, payload)
		}
		args["text"] = text
	}
	r := &request{args: args}
	m := w.byBot(resp.channel)
	if err := w.content(m, r); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadAnswer, err)
	}
	if r.str("response_type") != "in_channel" {
		m.EphemeralFor = resp.user
	}
	w.post(m)
	resp.original = m
	return m, nil
}

func (c *Channel) slashName() string {
	switch {
	case c.IM:
		return "directmessage"
	case c.Private:
		return "privategroup"
	}
	return c.Name
}

var (
	atName  = regexp.MustCompile(`(^|[\s,=])([@#])([\w.\-\p{Han}]+)`)
	webLink = regexp.MustCompile(`https?://[^\s"”<>]+`)
)

// Escape writes & < > as Slack delivers them in the text of messages.
func Escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

// linked is what Slack makes of a command's text when it escapes.
func (w *Workspace) linked(text string) string {
	text = webLink.ReplaceAllString(Escape(text), "<$0>")
	return atName.ReplaceAllStringFunc(text, func(s string) string {
		part := atName.FindStringSubmatch(s)
		if part[2] == "@" {
			if u := find(w.users, func(u *User) bool { return u.Name == part[3] }); u != nil {
				return part[1] + "<@" + u.ID + "|" + u.Name + ">"
			}
			if g := find(w.groups, func(g *Group) bool { return g.Handle == part[3] }); g != nil {
				return part[1] + "<!subteam^" + g.ID + "|@" + g.Handle + ">"
			}
			return s
		}
		if c := find(w.channels, func(c *Channel) bool { return !c.IM && c.Name == part[3] }); c != nil {
			return part[1] + "<#" + c.ID + "|" + c.Name + ">"
		}
		return s
	})
}

// Target says where something to press stands: a message by Channel and TS, an
// ephemeral one by EphemeralID (its TS), or a view by ViewID.
type Target struct{ Channel, TS, EphemeralID, ViewID string }

// Press is a press on a button, or the choice of an option in a menu, found by
// its label, action id or value; it is sent as block_actions.
func (w *Workspace) Press(ctx context.Context, userID string, at Target, button string) (*Ack, error) {
	w.mu.Lock()
	ack, e, err := w.press(userID, at, button)
	w.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return ack, w.send(ctx, e, ack)
}

func (w *Workspace) press(userID string, at Target, button string) (*Ack, *envelope, error) {
	if at.EphemeralID == "" && at.ViewID == "" && find(w.ephemerals, func(m *Message) bool { return m.TS == at.TS }) != nil {
		at.EphemeralID = at.TS
	}
	body, ack := map[string]any{"type": "block_actions"}, &Ack{}
	var blocks json.RawMessage
	var m *Message
	switch {
	case at.ViewID != "":
		v := w.viewBy(at.ViewID, "")
		if v == nil || v.User != userID {
			return nil, nil, fmt.Errorf("slacktest: %s has no view %q open", userID, at.ViewID)
		}
		ack.TriggerID = w.newTrigger(userID, v.ID)
		blocks = v.Blocks
		body["view"], body["container"] = w.wireView(v), map[string]any{"type": "view", "view_id": v.ID}
	case at.EphemeralID != "":
		m = find(w.ephemerals, func(m *Message) bool { return m.TS == at.EphemeralID && m.EphemeralFor == userID })
	default:
		m = w.message(at.Channel, at.TS)
	}
	if at.ViewID == "" {
		if m == nil {
			return nil, nil, fmt.Errorf("slacktest: %s sees no message %+v", userID, at)
		}
		_, c, err := w.scene(userID, m.Channel)
		if err != nil {
			return nil, nil, err
		}
		resp := w.newResponse(c.ID, userID, m)
		ack.TriggerID, ack.ResponseURL = w.newTrigger(userID, ""), w.root()+"/response/"+resp.id
		blocks = m.Blocks
		box := map[string]any{"type": "message", "message_ts": m.TS, "channel_id": c.ID, "is_ephemeral": m.EphemeralFor != ""}
		if m.ThreadTS != "" {
			box["thread_ts"] = m.ThreadTS
		}
		body["container"], body["channel"], body["response_url"] = box, map[string]any{"id": c.ID, "name": c.slashName()}, ack.ResponseURL
		body["state"] = map[string]any{"values": (&View{Blocks: m.Blocks}).state()}
		if m.EphemeralFor == "" { // Slack sends no copy of an ephemeral message
			body["message"] = w.wire(m)
		}
	}
	action, err := w.action(blocks, button)
	if err != nil {
		return nil, nil, err
	}
	body["actions"], body["trigger_id"] = []any{action}, ack.TriggerID
	e, err := w.interaction(userID, false, body)
	return ack, e, err
}

// action finds what is pressed and writes it as Slack does.
func (w *Workspace) action(blocks json.RawMessage, name string) (object, error) {
	var hits []object
	for _, el := range elements(decodeBlocks(blocks)) {
		o := object{"type": el.object["type"], "action_id": el.object["action_id"], "block_id": el.block["block_id"], "action_ts": w.ts()}
		if str(el.object, "type") == "button" {
			if name == str(el.object, "text", "text") || name == str(el.object, "action_id") || name != "" && name == str(el.object, "value") {
				o["text"] = el.object["text"]
				for _, k := range []string{"value", "style", "confirm"} {
					if el.object[k] != nil {
						o[k] = el.object[k]
					}
				}
				hits = append(hits, o)
			}
			continue
		}
		for _, opt := range el.options() {
			if name == str(opt, "text", "text") || name == str(opt, "value") {
				if _, many := holds(str(el.object, "type")); many {
					o["selected_options"] = []any{opt}
				} else {
					o["selected_option"] = opt
				}
				hits = append(hits, o)
			}
		}
	}
	if len(hits) != 1 {
		return nil, fmt.Errorf("slacktest: %d buttons or options answer to %q, one is needed", len(hits), name)
	}
	return hits[0], nil
}

// interaction packs what every interactive payload has beside its own.
func (w *Workspace) interaction(userID string, accepts bool, body map[string]any) (*envelope, error) {
	u := w.user(userID)
	if u == nil {
		return nil, fmt.Errorf("slacktest: no user %q", userID)
	}
	body["team"] = map[string]any{"id": w.opt.Team, "domain": w.opt.TeamDomain}
	body["user"] = map[string]any{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.TeamID}
	body["api_app_id"], body["token"] = w.opt.AppID, "verification"
	body["enterprise"], body["is_enterprise_install"] = nil, false
	return w.envelope("interactive", accepts, body), nil
}

// Resend delivers an envelope once more, as Slack may. What a second
// acknowledgement would show is not shown.
func (w *Workspace) Resend(ctx context.Context, envelopeID string) (*Ack, error) {
	w.mu.Lock()
	e := w.envelopes[envelopeID]
	w.mu.Unlock()
	if e == nil {
		return nil, fmt.Errorf("slacktest: no envelope %q", envelopeID)
	}
	ack := &Ack{}
	return ack, w.send(ctx, e, ack)
}
