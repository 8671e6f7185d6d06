package commands

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/width"

	"magpie/cards"
)

// CommandsIn says which channels may use which commands. It is read from COMMANDS_IN:
// CHANNEL: COMMAND, COMMAND; CHANNEL: *. A channel that is not named allows everything.
type CommandsIn struct{ rooms []room }

type room struct {
	channel string // its id, or its name with #
	allowed []string
}

// Named are the channels that are named rather than given by their ids, without #.
func (in CommandsIn) Named() []string {
	var names []string
	for _, r := range in.rooms {
		if name, isName := strings.CutPrefix(r.channel, "#"); isName {
			names = append(names, name)
		}
	}
	return names
}

var channelName = regexp.MustCompile(`^#[^\s#@<>,;:*]{1,80}$`)

// ParseCommandsIn reads rules such as `#general: *; #busy: requests, show, article *`. All
// faults are named at once.
func ParseCommandsIn(text string) (in CommandsIn, err error) {
	var faults []error
	fault := func(part, why string) {
		faults = append(faults, fmt.Errorf("COMMANDS_IN: %q %s; channels are separated by ;, such as #general: *; #busy: requests, show, article *", part, why))
	}
	said := &index{commands: all()}
	for part := range strings.SplitSeq(width.Fold.String(text), ";") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		channel, list, ok := strings.Cut(part, ":")
		r := room{channel: strings.TrimSpace(channel)}
		if !channelID.MatchString(r.channel) {
			r.channel = strings.ToLower(r.channel)
		}
		switch {
		case !ok:
			fault(part, "has no : between a channel and its commands")
			continue
		case !channelID.MatchString(r.channel) && !channelName.MatchString(r.channel):
			fault(part, "names no channel: write #NAME, or its id")
			continue
		case slices.ContainsFunc(in.rooms, func(o room) bool { return o.channel == r.channel }):
			fault(part, "names a channel once more")
			continue
		}
		for one := range strings.SplitSeq(list, ",") {
			pattern := strings.ToLower(strings.Join(strings.Fields(one), " "))
			switch {
			case pattern == "":
				fault(part, "has an empty command")
			case !said.hasAny(pattern):
				fault(part, fmt.Sprintf("allows %q, which is no command", pattern))
			default:
				r.allowed = append(r.allowed, pattern)
			}
		}
		in.rooms = append(in.rooms, r)
	}
	return in, errors.Join(faults...)
}

// hasAny reports whether a pattern is about any command.
func (x *index) hasAny(pattern string) bool {
	return slices.ContainsFunc(x.commands, func(c *Command) bool { return matches(pattern, c.Path) })
}

// matches reports whether a pattern is about a command: * about all, `article *` about those
// that begin so.
func matches(pattern, path string) bool {
	if pattern == "*" || pattern == path {
		return true
	}
	family, isFamily := strings.CutSuffix(pattern, " *")
	return isFamily && (path == family || strings.HasPrefix(path, family+" "))
}

func (r room) allows(path string) bool {
	return slices.ContainsFunc(r.allowed, func(pattern string) bool { return matches(pattern, path) })
}

// decisions are said by the buttons of cards that stand already, and decide about what was
// asked where it might be: they are allowed wherever the card is.
var decisions = []string{
	"approve", "reject", "withdraw", "change", "ask-changes", "details", "show", "again", "again failed", "leave", "anyway",
	"pause", "resume", "stop", "trial", "rows", "schedule missed", "away",
}

// places are the channels in which commands may be said.
type places struct {
	index    *index
	allowed  CommandsIn
	channels Channels
}

// channelWithin is how long Slack may take to tell which channel has a name.
const channelWithin = time.Second

// mayIn refuses a command in a channel in which it may not be said, and says where it may.
// Where nobody can tell which channel a name is, what may be that channel is refused.
// Everybody's own conversation with the bot is no channel; help and the clock are let through,
// for a schedule's line is judged when it is made.
func (p *places) mayIn(ctx context.Context, call Call, c *Command, channel string) error {
	if len(p.allowed.rooms) == 0 || channel == "" || isDirect(channel) || call.Anyway || c.Path == "help" {
		return nil
	}
	if (call.Pressed || call.Form) && slices.Contains(decisions, c.Path) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, channelWithin)
	defer cancel()
	var unknown []room
	for _, r := range p.allowed.rooms {
		switch id, known := p.idOf(ctx, r); {
		case !known:
			unknown = append(unknown, r)
		case id == channel && r.allows(c.Path):
			return nil
		case id == channel:
			return p.elsewhere(ctx, c)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	here, known := p.channels.Conversation(ctx, channel)
	if !known || here.Hidden || here.Name == "" {
		return &passing{cards.Refuse("fault.channel_unnamed", "channels", codes(namesOf(unknown)), "line", cards.Code(p.index.command+" "+c.Path))}
	}
	at := slices.IndexFunc(unknown, func(r room) bool { return r.channel == "#"+strings.ToLower(here.Name) })
	if at >= 0 && !unknown[at].allows(c.Path) {
		return p.elsewhere(ctx, c)
	}
	return nil
}

func namesOf(rooms []room) []string {
	names := make([]string, len(rooms))
	for i, r := range rooms {
		names[i] = r.channel
	}
	return names
}

// idOf is a channel's id; false where nobody can tell.
func (p *places) idOf(ctx context.Context, r room) (string, bool) {
	name, isName := strings.CutPrefix(r.channel, "#")
	if !isName {
		return r.channel, true
	}
	return p.channels.Named(ctx, name)
}

// elsewhere refuses a command and names where it may be said.
func (p *places) elsewhere(ctx context.Context, c *Command) error {
	var where []cards.Text
	for _, r := range p.allowed.rooms {
		if !r.allows(c.Path) {
			continue
		}
		if id, known := p.idOf(ctx, r); known {
			where = append(where, cards.T("answer.in_channel", "channel", cards.Channel(id)))
		} else {
			where = append(where, cards.Code(r.channel))
		}
	}
	if len(where) == 0 {
		return cards.Refuse("fault.command_elsewhere", "line", cards.Code(p.index.command+" "+c.Path))
	}
	return cards.Refuse("fault.command_in", "line", cards.Code(p.index.command+" "+c.Path), "where", where)
}

// mayHere is mayIn of a line, where it is said. A refusal goes on record.
func (b *Book) mayHere(ctx context.Context, call Call) error {
	if len(b.places.allowed.rooms) == 0 {
		return nil
	}
	words, err := Lex(call.Line)
	if err != nil {
		return nil // it is refused for that
	}
	c, _ := b.index.find(b.index.withoutCommand(words))
	if c == nil {
		return nil
	}
	err = b.places.mayIn(ctx, call, c, call.Where.Channel)
	if refusal, ok := err.(*cards.Refusal); ok {
		return b.refused(ctx, call, &notAllowed{refusal})
	}
	return err
}
