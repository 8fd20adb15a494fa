package atoll.control.http;

import atoll.control.store.ApiKey;
import atoll.control.store.Team;
import atoll.control.store.Teams;
import atoll.core.Refusal;
import java.time.InstantSource;
import java.util.Map;

/// Lets requests through that carry the API key of a team.
record Gate(Teams teams, InstantSource clock) {
  /// An endpoint that acts for one team.
  @FunctionalInterface
  interface TeamEndpoint {
    Reply answer(Team team, Request request, Map<String, String> path);
  }

  Router.Endpoint team(TeamEndpoint endpoint) {
    return (request, path) -> endpoint.answer(team(request), request, path);
  }

  private Team team(Request request) {
    String shown = request.headers().get("X-API-Key");
    if (shown == null || shown.isBlank()) {
      throw new Refusal.Unauthenticated(
          "api_key_missing", "no API key: the header X-API-Key is missing", "set E2B_API_KEY");
    }
    Team team =
        ApiKey.parse(shown.strip())
            .flatMap(key -> teams.byKey(key, clock.instant()))
            .orElseThrow(() ->
                new Refusal.Unauthenticated(
                    "api_key_invalid",
                    "this API key is not valid here",
                    "use a key of this installation"));
    if (team.banned())
      throw new Refusal.Forbidden("team_banned", "this team may not use this installation");
    return team;
  }
}
