package commands

import (
	"context"
	"strconv"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

type activityUpdateArgs struct {
	ID string `arg:"" name:"ACTIVITY_ID"`

	State       *int    `name:"state" enum:"0,1"`
	MemberCount string  `name:"member_count" example:"2"`
	RoomLimit   string  `name:"room_limit" example:"5"`
	Path        string  `name:"path" example:"pages/index?foo=bar"`
	VersionType *string `name:"version_type" enum:"develop,trial,release"`
}

func activityUpdate() *Command {
	return &Command{
		Path: "activity update",
		Role: outbox.Sender,
		Examples: []string{
			`activity update ACTIVITY_ID member_count=2 room_limit=5`,
			`activity update ACTIVITY_ID state=1 path=pages/index version_type=release`,
		},
		grammar: func() any { return new(activityUpdateArgs) },
		ask:     first(askActivityUpdate),
		names:   func(field string) (string, string) { return updateFields.of(field) },
	}
}

var updateFields = fieldNames{
	{"activity_id", "ACTIVITY_ID", false}, {"target_state", "state", false}, {"template_info.parameter_list", "", true},
}

// askActivityUpdate takes a line without state= as one for state 0.
func askActivityUpdate(a *activityUpdateArgs) (outbox.Ask, error) {
	msg := wechat.UpdatableMsg{ActivityID: a.ID, TargetState: orNone(a.State)}
	for _, p := range []wechat.Parameter{
		{Name: "member_count", Value: a.MemberCount}, {Name: "room_limit", Value: a.RoomLimit},
		{Name: "path", Value: a.Path}, {Name: "version_type", Value: orNone(a.VersionType)},
	} {
		if p.Value != "" {
			msg.TemplateInfo.ParameterList = append(msg.TemplateInfo.ParameterList, p)
		}
	}
	return outbox.Ask{Kind: "activity.update", Payload: msg}, msg.Check()
}

func activityUpdateKind(w *wechat.Client) outbox.Kind[wechat.UpdatableMsg] {
	return outbox.Kind[wechat.UpdatableMsg]{
		Name: "activity.update", Done: cards.T("done.updated"), Approval: true, Reaches: outbox.ByRecipient[wechat.UpdatableMsg](), Keeps: outbox.InTheLine[wechat.UpdatableMsg](), Repeat: outbox.RepeatAsk,
		Do: func(ctx context.Context, msg wechat.UpdatableMsg, _ string) (outbox.Receipt, error) {
			return nil, explain(w.SetUpdatableMsg(ctx, msg))
		},
		What: updatableState,
		Content: func(msg wechat.UpdatableMsg) []cards.Content {
			c := contents{}.add("activity_id", msg.ActivityID).add("target_state", strconv.Itoa(msg.TargetState))
			for _, p := range msg.TemplateInfo.ParameterList {
				c = c.add(p.Name, p.Value)
			}
			return c
		},
	}
}

// updatableState is the state that the message is put into.
func updatableState(msg wechat.UpdatableMsg) cards.Text {
	if msg.TargetState == 1 {
		return cards.T("activity.started")
	}
	return cards.T("activity.not_started")
}
