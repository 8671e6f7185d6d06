package wechattest

import (
	"strings"
	"testing"
)

func TestFieldsFitTheirTypes(t *testing.T) {
	t.Parallel()
	for key, values := range map[string]struct{ taken, refused []string }{
		"thing1":            {[]string{"茶艺 101!", strings.Repeat("茶", 20)}, []string{"", " ", strings.Repeat("茶", 21)}},
		"const1":            {[]string{"已开课"}, []string{strings.Repeat("a", 21)}},
		"number1":           {[]string{"15.5"}, []string{"1,5", "abc", strings.Repeat("1", 33)}},
		"letter1":           {[]string{"Tea"}, []string{"茶", "a1", strings.Repeat("a", 33)}},
		"symbol1":           {[]string{"+-!", "！？"}, []string{"中文字", "abc", "12", "+-+-+-", "+\n"}},
		"character_string1": {[]string{"A-12 #3"}, []string{"中文", "A\n", strings.Repeat("a", 33)}},
		"time1":             {[]string{"15:01", "2019年10月1日 15:01", "8:00~9:30", "15:01:02"}, []string{"99:99", "24:00", "15：01", "noon"}},
		"date1":             {[]string{"2019年10月1日", "2019-10-01", "2019/1/9 15:01", "October 1, 2019"}, []string{"2019年99月", "2019", "2019-10-40"}},
		"amount1":           {[]string{"¥12.50", "12元"}, []string{"12块", "12345678901"}},
		"phone_number1":     {[]string{"+866-0766-66888866", "12345678"}, []string{"电话", "-", "123456789012345678"}},
		"car_number1":       {[]string{"粤A8Z888", "粤A8Z88挂"}, []string{"中文车牌", "粤A8Z88888", "粤A-8"}},
		"name1":             {[]string{"王小明", "Ann Lee", "李 Ann", strings.Repeat("a", 20)}, []string{"12345", strings.Repeat("王", 11), strings.Repeat("a", 21)}},
		"phrase1":           {[]string{"已开课"}, []string{"ok", "一二三四五六"}},
		"keyword1":          {[]string{"", "anything"}, nil},
	} {
		for _, value := range values.taken {
			if !fits(key, value) {
				t.Errorf("%s: %q is refused", key, value)
			}
		}
		for _, value := range values.refused {
			if fits(key, value) {
				t.Errorf("%s: %q is taken", key, value)
			}
		}
	}
}
