-- Saves answers in turn as each of the people listed in the file: "cookie<TAB>token<TAB>path<TAB>value".
local people, turn, counter, wrong = {}, 0, 0, 0
function init(args)
  for line in io.lines(args[1]) do
    local cookie, token, path, value = line:match("([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)")
    people[#people + 1] = { cookie = cookie, token = token, path = path, value = value }
  end
  counter = tonumber(args[2])
end
function request()
  turn = turn % #people + 1
  counter = counter + 1
  local one = people[turn]
  return wrk.format("POST", one.path, {
    ["Content-Type"] = "application/json", ["Accept"] = "application/json", ["Cookie"] = one.cookie, ["X-CSRFToken"] = one.token,
  }, string.format('{"device": "bench", "counter": %d, "values": ["%s"]}', counter, one.value))
end
function response(status, headers, body)
  if status ~= 200 or not body:find('"counter"') then wrong = wrong + 1 end
end
function done(summary, latency, requests)
  io.write(string.format("RESULT %f %f %f %d\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
