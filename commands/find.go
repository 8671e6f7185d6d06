package commands

import (
	"strings"

	"golang.org/x/text/width"
)

// index is the commands of a Book, found by their words.
type index struct {
	command  string // the slash command
	commands []*Command
}

// withoutCommand drops the slash command itself, as people type it in a mention.
func (x *index) withoutCommand(words []Word) []Word {
	if len(words) > 0 && strings.EqualFold(words[0].Text, x.command) {
		return words[1:]
	}
	return words
}

// pathWord is how a word reads as part of a path, or "".
func pathWord(words []Word, i int) string {
	if i >= len(words) || words[i].Key != "" {
		return ""
	}
	return strings.ToLower(width.Fold.String(words[i].Text))
}

// longestPath is how many words a path has at most: weapp subscribe send.
const longestPath = 3

// pathOf is how the first n words read as a path; no path where one of them has a key.
func pathOf(words []Word, n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = pathWord(words, i)
	}
	return strings.Join(parts, " ")
}

// find looks up the command that words begin with. Without words it is start;
// with none that it knows, nil.
func (x *index) find(words []Word) (*Command, []Word) {
	if len(words) == 0 {
		return x.lookup("start"), nil
	}
	for n := min(longestPath, len(words)); n > 0; n-- {
		if c := x.lookup(pathOf(words, n)); c != nil {
			return c, words[n:]
		}
	}
	return nil, nil
}

func (x *index) lookup(path string) *Command {
	for _, c := range x.commands {
		if c.Path == path {
			return c
		}
	}
	return nil
}

func asksHelp(rest []Word) bool {
	return len(rest) == 1 && !rest[0].Quoted && rest[0].Key == "" && strings.TrimLeft(rest[0].Text, "-—–") == "help" && rest[0].Text != "help"
}
