package playground_test

import "testing"

// Slack and the writer fail where a person asks them to, and magpie goes on.
func TestSlackAndTheWriterFailOnThePage(t *testing.T) {
	s := newStage(t)
	s.size(1440, 900)
	s.open()
	s.click(`[data-fault="slack_blocks"]`)
	s.click(`[data-fault="slack_limited"]`)
	s.sees(`[data-fault="slack_limited"]`, "×1")
	s.click(`[data-fault="writer_refuses"]`)
	s.sees(`[data-fault="writer_refuses"]`, "×1")
	s.say(`/wechat subscribe send tpl_tea to=oAlice thing1="Longjing" time2="15:00"`)
	s.sees(".ephemeral", "#1 waits")
	s.sees(".message", "#1", "Longjing")
	s.picture("troubles")
	s.say(`/wechat article draft "Our autumn teas: three kinds"`)
	s.sees(".message", "A1", "refus")
	s.picture("writer-refuses")
}
