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
	"unicode"
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
	command, rest := strings.Trim(text, " \t\n"), ""
	if i := strings.IndexFunc(command, unicode.IsSpace); i > 0 {
		command, rest = command[:i], command[i:]
	}
	if !strings.HasPrefix(command, "/") || len(w.opt.Commands) > 0 && !slices.Contains(w.opt.Commands, command) {
		return nil, fmt.Errorf("%w: %q", ErrNoSuchCommand, command)
	}
	w.mu.Lock()
	u, c, err := w.scene(userID, channelID)
	if err != nil {
		w.mu.Unlock()
		return nil, err
	}
	if rest = strings.Trim(rest, " \t\n"); w.opt.ShouldEscape {
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
	var bad *Invalid
	if err := w.content(m, r); errors.As(err, &bad) && bad.Code == "no_text" {
		return nil, nil // an empty text shows nothing
	} else if err != nil {
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
	webLink = regexp.MustCompile(`https?://[^\s\p{Z}\\"”<>]+`)
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

// Resend delivers an envelope once more, as Slack may; an event by HTTP says which time it
// is. What a second acknowledgement would show is not shown.
func (w *Workspace) Resend(ctx context.Context, envelopeID string) (*Ack, error) {
	w.mu.Lock()
	e := w.envelopes.get(envelopeID)
	if e != nil && len(w.posts) > 0 {
		e.RetryAttempt++
	}
	w.mu.Unlock()
	if e == nil {
		return nil, fmt.Errorf("slacktest: no envelope %q", envelopeID)
	}
	ack := &Ack{}
	return ack, w.send(ctx, e, ack)
}
