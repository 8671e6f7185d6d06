package commands

import (
	"magpie/outbox"
	"magpie/sending"
	"magpie/wechat"
)

// tagRemove takes a tag from people.
func tagRemove() *Command {
	return tagging("tag remove", "tag.remove", `tag remove "gold members" to=OPENID_1,OPENID_2`, `tag remove 100 to=@vip`)
}

func tagRemoveKind(w *wechat.Client) outbox.Kind[taggedAs] {
	return taggingKind("tag.remove", &tagger{call: w.UntagFollowers, held: sending.MayNot})
}
