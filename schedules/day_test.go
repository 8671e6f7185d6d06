package schedules_test

import (
	"testing"
	"time"

	"magpie/schedules"
)

func TestDay(t *testing.T) {
	t.Parallel()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 30, 10, 0, 0, 0, shanghai) // a Monday
	for said, want := range map[string]string{
		"friday": "2026-12-05 00:00", "on Friday": "2026-12-05 00:00", "today": "2026-12-01 00:00", "monday": "2026-12-01 00:00", "tomorrow": "2026-12-02 00:00",
		"2026-12-04": "2026-12-05 00:00", "4 December": "2026-12-05 00:00", "周五": "2026-12-05 00:00", "明天": "2026-12-02 00:00", "12月4日": "2026-12-05 00:00",
		"friday 18:00": "2026-12-04 18:00", "in 2 hours": "2026-11-30 12:00",
		"": "", "off": "", "someday": "", "every friday": "", "2026-11-01": "", "2026-02-30": "", "0 9 * * 1": "", "friday 18:00 19:00": "",
	} {
		end, err := schedules.Day(said, now, shanghai)
		got := ""
		if err == nil {
			got = end.In(shanghai).Format("2006-01-02 15:04")
		}
		if got != want {
			t.Errorf("Day(%q): got %s, %v, want %s", said, got, err, want)
		}
	}
}
