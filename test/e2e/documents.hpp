// Deployables that the stories use. All agents are the real ones of resource-agents.
#pragma once

#include <string>

namespace cpe::e2e {

/// One service of ocf:heartbeat:Dummy; `escalation` is written into the service element.
inline std::string minimal(const std::string& escalation = {}) {
    return R"(<deployable name="minimal" uuid="m-1">
  <assemblies>
    <assembly name="one" uuid="m-11" escalation_failures="3" escalation_period="60">
      <services>
        <service name="probe" class="ocf" provider="heartbeat" type="Dummy" monitor_interval="1s" )" +
           escalation + R"(/>
      </services>
    </assembly>
  </assemblies>
  <constraints/>
</deployable>)";
}

/// The web tier is told the database's address.
inline std::string two_tier() {
    return R"(<deployable name="two-tier" uuid="t-1">
  <assemblies>
    <assembly name="db" uuid="t-21" escalation_failures="3" escalation_period="600">
      <services>
        <service name="mysqld" class="ocf" type="Dummy" monitor_interval="1s">
          <parameters><parameter name="fake" type="scalar"><value>mysqld</value></parameter></parameters>
        </service>
      </services>
    </assembly>
    <assembly name="web" uuid="t-22" escalation_failures="3" escalation_period="600">
      <services>
        <service name="httpd" class="ocf" type="Dummy" monitor_interval="1s">
          <parameters>
            <parameter name="fake" type="scalar"><reference assembly="db" parameter="ipaddress"/></parameter>
          </parameters>
        </service>
      </services>
    </assembly>
  </assemblies>
  <constraints>
    <service_dependancy id="1" first="rsc_db_mysqld" then="rsc_web_httpd"/>
  </constraints>
</deployable>)";
}

/// One service can never start: its program ends at once. The other is well.
inline std::string never_starts() {
    return R"(<deployable name="never" uuid="n-1">
  <assemblies>
    <assembly name="one" uuid="n-11" escalation_failures="-1" escalation_period="-1">
      <services>
        <service name="bad" class="ocf" type="anything" monitor_interval="1s"
                 escalation_failures="-1" escalation_period="-1">
          <parameters><parameter name="binfile"><value>/bin/false</value></parameter></parameters>
        </service>
        <service name="good" class="ocf" type="Dummy" monitor_interval="1s"/>
      </services>
    </assembly>
  </assemblies>
</deployable>)";
}

}  // namespace cpe::e2e
